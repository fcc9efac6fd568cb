import type { Deadline } from '../../base/time/deadline.js'
import type { CheckDefinition } from '../definition.js'
import type { RunListener, Outcome } from '../check-event.js'
import type { Plan, PlannedCheck } from '../plan/plan.js'
import type { Probe, Surroundings } from '../../engine/probe.js'
import type { RefusedLogins } from '../../engine/refused-logins.js'
import { greenStatuses } from '../../base/vocabulary.js'

export interface PlanRunRequest {
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
  /** Of earlier rounds, and of this one. */
  readonly refusedLogins?: RefusedLogins
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
  /** What the listener threw, if it did: it was not called again, and the run went on without it. */
  readonly listenerFailure: unknown
}

/** How many checks may run at a time, some of them only alone. */
export class Slots {
  readonly #limit: number
  #taken = 0
  #isHeldAlone = false

  constructor(limit: number) {
    this.#limit = limit
  }

  get taken(): number {
    return this.#taken
  }

  /** Takes a slot if there is one. */
  take(isAlone: boolean): boolean {
    if (this.#isHeldAlone || this.#taken >= this.#limit || (isAlone && this.#taken > 0)) return false
    this.#taken += 1
    this.#isHeldAlone = isAlone
    return true
  }

  give(): void {
    this.#taken -= 1
    this.#isHeldAlone = false
  }
}

/** Whether a check may start. `blocked` names the root cause and the need through which it reaches this check. */
type Readiness =
  | { readonly state: 'waiting' }
  | { readonly state: 'ready' }
  | { readonly state: 'blocked'; readonly root: string; readonly through: string }

const waiting: Readiness = { state: 'waiting' }

const ready: Readiness = { state: 'ready' }

/**
 * Looks at a check's needs. It waits for all of them even when one has failed already, so that the cause which is named
 * does not depend on which need ended first.
 */
export function readinessOf(check: PlannedCheck, outcomes: ReadonlyMap<string, Outcome>): Readiness {
  if (check.needs.length === 0) return ready
  const needed = check.needs.map((id) => outcomes.get(id))
  if (needed.some((outcome) => outcome === undefined)) return waiting
  const culprit = needed.find((outcome) => outcome !== undefined && !greenStatuses.has(outcome.status))
  if (culprit === undefined) return ready
  return { state: 'blocked', root: culprit.blockedBy ?? culprit.id, through: culprit.id }
}
