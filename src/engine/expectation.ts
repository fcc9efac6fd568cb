import type { z } from 'zod'
import type { HiddenInput } from './probe.js'
import type { FailureClass } from '../base/vocabulary.js'
import type { Expression, Template, Scope } from '../definitions/expression/expression.js'
import type { TestedEnvironment } from '../environment/environment.js'
import type { VariableDeclaration } from '../environment/variable-reading.js'

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
  /** Whether its failure may pass by itself: the peer reports a state that it leaves without anybody's help. */
  readonly isTransient: boolean
  /** What its failure most likely is, where that is not what a failure of the check is in general. */
  readonly class?: FailureClass | undefined
}

export interface ProbeCall {
  readonly kind: string
  readonly input: Template
  /** What of the input may not be shown. */
  readonly hidden?: HiddenInput
  /** Its facts, where its input declares some of its own. */
  readonly facts?: z.ZodObject
}

export interface FailedExpectation {
  /** The expression as written. */
  readonly that: string
  readonly message: string
  /** What the expression found, by path; variables that are not public are left out. */
  readonly values: Readonly<Record<string, unknown>>
}

/**
 * What a check finds around it: everything about its system and its pack that a run needs and a definition does not
 * hold.
 */
export interface Surroundings {
  /** What its expressions see, facts aside. */
  readonly scope: Scope
  readonly environment: TestedEnvironment
  readonly variables: Readonly<Record<string, VariableDeclaration>>
  /** Names of inputs that may carry a credential. */
  readonly secretInputs: ReadonlySet<string>
  readonly knownSecretsFile: string | undefined
}
