import type { FailureClass, Status } from '../base/vocabulary.js'
import type { AppliedWaiver } from './waivers/waiver.js'
import type { FailedExpectation } from '../engine/expectation.js'

/** How one check ended. Immutable; whatever came from outside is still unredacted here. */
export interface Outcome {
  readonly id: string
  readonly status: Status
  /** The check's class, or what the probe's problem says. */
  readonly class: FailureClass
  /** One line for people: what was met, not what was hoped for. Empty for a pass. */
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly failedExpectations: readonly FailedExpectation[]
  /** The id of the root cause, for `blocked`. */
  readonly blockedBy: string | undefined
  /** Not applicable since what it would look at is on another host. */
  readonly isElsewhere?: boolean
  /** What covers the failure, for `waived`. */
  readonly waived?: AppliedWaiver
  readonly attempts: number
  /** ISO-8601, or the empty string when it never started. */
  readonly startedAt: string
  readonly durationMs: number
}
