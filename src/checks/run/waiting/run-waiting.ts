import { setTimeout as sleep } from 'node:timers/promises'
import { Deadline } from '../../../base/time/deadline.js'
import type { RunEvent, WaitListener, Outcome } from '../../check-event.js'
import type { PlannedCheck } from '../../plan/plan.js'
import { greenStatuses } from '../../../base/vocabulary.js'
import type { PlanRunRequest, RunResult } from '../check-run-request.js'
import { runPlan } from '../scheduler.js'
import { runsAlone } from '../runs-alone.js'
import type { CheckDefinition } from '../../definition.js'
import { GuardedView } from '../../../engine/guarded-view.js'
import type { Probe } from '../../../engine/probe.js'
import { RefusedLogins } from '../../../engine/refused-logins.js'

export interface WaitRequest extends PlanRunRequest {
  /**
   * Milliseconds that are waited at most, counted from the end of the first round. An attempt that began in time is let
   * finish.
   */
  readonly wait: number
  /** Whether a warning is not a go, so that it is waited for as well. */
  readonly areWarningsRed?: boolean
  readonly onWaiting?: WaitListener
  /** Milliseconds between two rounds. */
  readonly pause?: number
}

const defaultPause = 1000

/**
 * Runs a plan, and then again, in rounds, what is not green and may become so; gates and what observes no peer are
 * never repeated. Ends when all is green, when only what waiting cannot change is left, or when the time is over.
 *
 * A go rests on what was observed at the end: before it, whatever was green in an earlier round and observes a peer is
 * looked at once more, and what has broken meanwhile counts as broken (or is waited for, if there is time).
 */
export function runWaiting(request: WaitRequest): Promise<RunResult> {
  return new WaitingRun(request).result()
}

class WaitingRun {
  readonly #outcomes = new Map<string, Outcome>()
  readonly #mayChange = new Set<string>()
  /** The round in which each was looked at last. */
  readonly #seenIn = new Map<string, number>()
  #round = 0
  readonly #refusedLogins = new RefusedLogins()
  readonly #view = new GuardedView()

  constructor(private readonly request: WaitRequest) {}

  async result(): Promise<RunResult> {
    const { plan, wait, pause = defaultPause, deadline, signal } = this.request
    await this.#look(plan.checks)
    const end = Deadline.after(Math.min(wait, deadline.remaining()))
    let lastWaited = this.#round
    const isCut = (): boolean => signal.aborted
    for (;;) {
      const waiters = this.#waitingFor()
      if (isCut()) break
      if (waiters.length > 0) {
        if (end.remaining() === 0) break
        this.#tellWaiting(waiters, end)
        await sleep(Math.min(pause, end.limit()), undefined, { signal }).catch(() => undefined)
        if (isCut() || deadline.remaining() === 0) break
        await this.#look(waiters)
        lastWaited = this.#round
        continue
      }
      // Past the run's deadline, too: what cannot be looked at any more ends as a timeout, and not as the green of long
      // ago.
      const stale = this.#staleGreens(lastWaited)
      if (stale.length === 0) break
      await this.#look(stale)
    }
    this.#tellWaiting([], end)
    const outcomes = plan.checks.flatMap(({ definition }) => this.#outcomes.get(definition.id) ?? [])
    return {
      outcomes,
      isInterrupted: signal.aborted,
      mayChange: this.#mayChange,
      listenerFailure: this.#view.failure,
    }
  }

  /** Empty once --fail-fast has found a failure that waiting does not mend. */
  #waitingFor(): readonly PlannedCheck[] {
    const { plan, probes, areWarningsRed = false, failFast } = this.request
    const found = couldTurnGreen({
      checks: plan.checks,
      outcomes: this.#outcomes,
      probes,
      mayChange: this.#mayChange,
      areWarningsRed,
    })
    const ids = new Set(found.map(({ definition }) => definition.id))
    const isHopeless = ({ id, status }: Outcome): boolean => !greenStatuses.has(status) && !ids.has(id)
    return failFast && [...this.#outcomes.values()].some(isHopeless) ? [] : found
  }

  /** What a go would rest on and was seen before the last round of waiting; nothing when it is not a go already. */
  #staleGreens(lastWaited: number): readonly PlannedCheck[] {
    const { plan, probes } = this.request
    if ([...this.#outcomes.values()].some(({ status }) => !greenStatuses.has(status))) return []
    return plan.checks.filter(({ definition }) => {
      const wasObserved = (this.#outcomes.get(definition.id)?.attempts ?? 0) > 0
      return wasObserved && isRepeatable(definition, probes) && (this.#seenIn.get(definition.id) ?? 0) < lastWaited
    })
  }

  async #look(checks: readonly PlannedCheck[]): Promise<void> {
    const { plan } = this.request
    this.#round += 1
    const ids = new Set(checks.map(({ definition }) => definition.id))
    const part = {
      ...plan,
      checks: checks.map((check) => ({ ...check, needs: check.needs.filter((id) => ids.has(id)) })),
    }
    const result = await runPlan({
      ...this.request,
      refusedLogins: this.#refusedLogins,
      plan: part,
      onEvent: (event) => this.#view.tell(() => this.#tell(event)),
    })
    for (const outcome of result.outcomes) {
      const attempts = (this.#outcomes.get(outcome.id)?.attempts ?? 0) + outcome.attempts
      this.#outcomes.set(outcome.id, Object.freeze({ ...outcome, attempts }))
      this.#seenIn.set(outcome.id, this.#round)
      if (result.mayChange.has(outcome.id)) this.#mayChange.add(outcome.id)
      else this.#mayChange.delete(outcome.id)
    }
  }

  /** A repeated look is reported only when it shows something else than the one before. */
  #tell(event: RunEvent): void {
    const known = this.#outcomes.get(event.id)
    const isNews =
      event.type === 'check-finished'
        ? event.outcome.status !== known?.status || event.outcome.message !== known.message
        : known === undefined || known.blockedBy !== undefined
    if (isNews) this.request.onEvent?.(event)
  }

  #tellWaiting(waiters: readonly PlannedCheck[], end: Deadline): void {
    const on = waiters
      .flatMap(({ definition }) => this.#outcomes.get(definition.id) ?? [])
      .filter(({ blockedBy }) => blockedBy === undefined)
    this.#view.tell(() => this.request.onWaiting?.({ on, remaining: end.remaining() }))
  }
}

/**
 * Whether observing a check once more is cheap and may show something else: it climbs a ladder to a peer. What reads
 * variables and files sees the same again, and what eats the machine is never repeated.
 */
function isRepeatable(definition: CheckDefinition, probes: ReadonlyMap<string, Probe>): boolean {
  return probes.get(definition.probe.kind)?.rungs !== undefined && !runsAlone(definition, probes)
}

interface WaitingState {
  readonly checks: readonly PlannedCheck[]
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly probes: ReadonlyMap<string, Probe>
  /** What the scheduler said of the latest observation of each. */
  readonly mayChange: ReadonlySet<string>
  /** Whether a warning is in the way of a go, too. */
  readonly areWarningsRed: boolean
}

/** Answers of a service, or of the proxy before it, that is not up yet (RFC 9110 §15.6.3 to §15.6.5). */
const laterStatuses: ReadonlySet<unknown> = new Set([502, 503, 504])

/**
 * The checks that are not green and may become so by waiting, in the plan's order; those that are blocked by nothing
 * but such checks among them.
 */
function couldTurnGreen(state: WaitingState): readonly PlannedCheck[] {
  const { checks, outcomes, probes, mayChange, areWarningsRed } = state
  const found = new Set<string>()
  const isRed = ({ status }: Outcome): boolean => !greenStatuses.has(status) || (status === 'warn' && areWarningsRed)
  const isGreenOrFound = (id: string): boolean =>
    found.has(id) || greenStatuses.has(outcomes.get(id)?.status ?? 'blocked')
  // The plan puts needs before what needs them, so one pass is enough.
  return checks.filter(({ definition, needs }) => {
    const outcome = outcomes.get(definition.id)
    if (outcome === undefined) return false
    // An advisory check that was blocked is a mere warning, and yet must not say so of a need that is green in the end.
    const isCandidate =
      outcome.blockedBy === undefined
        ? isRed(outcome) &&
          isRepeatable(definition, probes) &&
          (mayChange.has(definition.id) || laterStatuses.has(outcome.facts['status']))
        : isGreenOrFound(outcome.blockedBy) && needs.every(isGreenOrFound)
    if (isCandidate) found.add(definition.id)
    return isCandidate
  })
}
