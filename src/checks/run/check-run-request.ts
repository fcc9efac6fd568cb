import type { Deadline } from '../../base/time/deadline.js'
import type { CheckDefinition } from '../definition.js'
import type { RunListener } from '../check-event.js'
import type { Outcome } from '../outcome.js'
import type { Plan } from '../plan/plan.js'
import type { Probe } from '../../engine/probe.js'
import type { Surroundings } from '../../engine/surroundings.js'

export const concurrencyBounds = { least: 1, most: 64 } as const

export interface RunRequest {
  readonly plan: Plan
  /** Every kind that the plan needs, loaded. */
  readonly probes: ReadonlyMap<string, Probe>
  readonly surroundings: (definition: CheckDefinition) => Surroundings
  /** How many checks may run at a time, within `concurrencyBounds`. */
  readonly concurrency: number
  readonly deadline: Deadline
  /** Milliseconds that no attempt may exceed, whatever its check says. */
  readonly timeoutCap?: number | undefined
  /**
   * What becomes of an outcome under the waivers; without it none is waived. What waits for a check sees it as it is
   * then.
   */
  readonly waive?: (outcome: Outcome) => Outcome
  /** Starts nothing more after the first check that is not green. */
  readonly failFast: boolean
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal
  readonly onEvent?: RunListener
  /** Milliseconds since the epoch; the wall clock when left out. */
  readonly now?: () => number
}

export interface RunResult {
  /** In the plan's order; one for every check, fewer only when the run was interrupted. */
  readonly outcomes: readonly Outcome[]
  readonly isInterrupted: boolean
  /**
   * Ids of checks whose last attempt ended in what another attempt may change: silence, an unclassified failure, a
   * transient problem.
   */
  readonly mayChange: ReadonlySet<string>
  /** What the listener threw, if it did: it was told nothing more from then on, and the run went on without it. */
  readonly listenerFailure: unknown
}
