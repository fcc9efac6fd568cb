import type { HiddenInput } from './probe.js'
import type { FailureClass } from '../base/vocabulary.js'
import type { Expression, Template } from '../definitions/expression/expression.js'

export interface Expectation {
  readonly that: Expression
  /** Text with `${{ … }}`, shown when `that` is false; without one the reporter shows `that` itself. */
  readonly message: Template | undefined
}

export interface CheckExpectation extends Expectation {
  /**
   * Whether it is the guard against problems: where it does not hold nothing else was seen, and nothing else is judged.
   */
  readonly isGuard?: boolean
  /** Whether its failure may pass by itself: the peer tells of a state that it leaves without anybody's help. */
  readonly isTransient: boolean
  /** What its failure most likely is, where that is not what a failure of the check is in general. */
  readonly class?: FailureClass | undefined
}

export interface ProbeCall {
  readonly kind: string
  readonly input: Template
  /** What of the input may not be shown. */
  readonly hidden?: HiddenInput
}

export interface FailedExpectation {
  /** The expression as written. */
  readonly that: string
  readonly message: string
  /** What the expression met, by path; variables that are not public are left out. */
  readonly values: Readonly<Record<string, unknown>>
}
