import { probeOf } from '../../engine/sampled-probe.js'
import { setMaxListeners } from 'node:events'
import { messageOf, UsageError } from '../../base/errors.js'
import type { CheckDefinition } from '../definition.js'
import type { Outcome } from '../check-event.js'
import type { PlannedCheck } from '../plan/plan.js'
import { GuardedView } from '../../engine/guarded-view.js'
import { runCheck } from './check-run.js'
import { runsAlone } from './runs-alone.js'
import { outcomeOf, type Conclusion, concludeCondition } from './conclusion.js'
import { deferred, longestTimer } from '../../base/time/deadline.js'
import { concurrencyBounds } from '../../base/vocabulary.js'
import { readinessOf, type PlanRunRequest, type RunResult, Slots } from './check-run-request.js'
import { SharedAttempts } from '../../engine/shared-attempts.js'
import { WaitingChecks } from './waiting-checks.js'

/**
 * Runs a plan: each check once its needs are green and a slot is free, earlier ones of the plan first. Every check gets
 * exactly one outcome, and neither the order in which checks end nor the concurrency changes which.
 *
 * @throws UsageError when the concurrency is out of bounds
 */
export function runPlan(request: PlanRunRequest): Promise<RunResult> {
  const { least, most } = concurrencyBounds
  if (!Number.isInteger(request.concurrency) || request.concurrency < least || request.concurrency > most) {
    throw new UsageError(`the concurrency must be a whole number from ${least} to ${most}`)
  }
  return new Run(request).result()
}

class Run {
  readonly #outcomes = new Map<string, Outcome>()
  readonly #mayChange = new Set<string>()
  readonly #ended = deferred<void>()
  readonly #slots: Slots
  /** The run's own, so that as many attempts as run may listen without Node warning of a leak in the caller's. */
  readonly #interruption = new AbortController()
  readonly #waiting: WaitingChecks
  readonly #shared = new SharedAttempts()
  #firstFailure: string | undefined
  #isExpired = false
  /** Whether anything ended since the waiting checks were last looked at. */
  #hasNews = true
  readonly #view = new GuardedView()

  constructor(private readonly request: PlanRunRequest) {
    this.#slots = new Slots(request.concurrency)
    this.#waiting = new WaitingChecks(request.plan.checks)
    setMaxListeners(request.concurrency, this.#interruption.signal)
  }

  async result(): Promise<RunResult> {
    const { deadline, plan, signal } = this.request
    const timer = setTimeout(() => this.#expire(), Math.min(deadline.limit(), longestTimer))
    const interrupt = (): void => this.#interrupt()
    signal.addEventListener('abort', interrupt, { once: true })
    if (signal.aborted) this.#interrupt()
    else this.#begin()
    await this.#ended.promise
    clearTimeout(timer)
    signal.removeEventListener('abort', interrupt)
    const outcomes = plan.checks.flatMap(({ definition }) => this.#outcomes.get(definition.id) ?? [])
    return {
      outcomes,
      isInterrupted: signal.aborted && outcomes.length < plan.checks.length,
      mayChange: this.#mayChange,
      listenerFailure: this.#view.failure,
    }
  }

  #begin(): void {
    for (const { definition } of this.request.plan.checks) {
      if (definition.when === undefined) continue
      const conclusion = guarded(() => concludeCondition(definition, this.request.surroundings(definition)))
      if (conclusion !== undefined) this.#record(outcomeOf(definition, conclusion))
    }
    this.#advance()
  }

  #interrupt(): void {
    this.#interruption.abort()
    this.#waiting.takeAll()
    this.#advance()
  }

  #expire(): void {
    this.#isExpired = true
    this.#hasNews = true
    this.#advance()
  }

  /** Settles what can be settled without running, starts what may start, and ends the run when nothing is left. */
  #advance(): void {
    while (this.#hasNews) this.#settleUnstarted()
    this.#start()
    if (this.#slots.taken > 0) return
    for (const { definition } of this.#waiting.takeAll()) {
      this.#record(outcomeOf(definition, { status: 'error', message: 'it waits for checks that never end' }))
    }
    this.#ended.resolve()
  }

  /** One pass over the waiting checks. What it settles is news in its turn, since others may wait for that. */
  #settleUnstarted(): void {
    this.#hasNews = false
    this.#isExpired ||= this.request.deadline.remaining() === 0
    if (this.#isStopped()) for (const check of this.#waiting.takeAll()) this.#settle(check)
    else this.#waiting.pass((check) => this.#settle(check))
  }

  /** Whether nothing more starts, so that all that wait are settled at once. */
  #isStopped(): boolean {
    return this.#isExpired || (this.request.failFast && this.#firstFailure !== undefined)
  }

  /** Records the outcome of a check that must not run; returns false for one that may. */
  #settle(check: PlannedCheck): boolean {
    const conclusion = this.#withoutRunning(check)
    if (conclusion !== undefined) this.#record(outcomeOf(check.definition, conclusion))
    return conclusion !== undefined
  }

  #withoutRunning(check: PlannedCheck): Conclusion | undefined {
    if (this.#isExpired) return { status: 'timeout', message: "never started: the run's deadline passed" }
    const readiness = readinessOf(check, this.#outcomes)
    if (readiness.state === 'blocked') {
      const { root, through } = readiness
      return {
        status: 'blocked',
        message: `blocked by ${root}${through === root ? '' : ` (through ${through})`}`,
        blockedBy: root,
      }
    }
    if (!this.request.failFast || this.#firstFailure === undefined) return undefined
    return {
      status: 'blocked',
      message: `never started: --fail-fast stopped the run at ${this.#firstFailure}`,
      blockedBy: this.#firstFailure,
    }
  }

  /** A check that must run alone is not overtaken: whatever comes later in the plan waits behind it. */
  #start(): void {
    const starting: CheckDefinition[] = []
    for (let check = this.#waiting.firstReady; check !== undefined; check = this.#waiting.firstReady) {
      if (!this.#slots.take(runsAlone(check.definition, this.request.probes))) break
      this.#waiting.start()
      starting.push(check.definition)
    }
    // After all were taken: one that ends at once comes back here, and must not find the others still waiting.
    for (const definition of starting) void this.#run(definition)
  }

  async #run(definition: CheckDefinition): Promise<void> {
    try {
      const probe = probeOf(this.request.probes, definition)
      if (probe === undefined) throw new Error(`unknown probe ${definition.probe.kind}`)
      const { outcome, mayChange, released } = await runCheck({
        definition,
        probe,
        surroundings: this.request.surroundings(definition),
        deadline: this.request.deadline,
        timeoutCap: this.request.timeoutCap,
        refusedLogins: this.request.refusedLogins,
        signal: this.#interruption.signal,
        onEvent: (event) => this.#view.tell(() => this.request.onEvent?.(event)),
        now: this.request.now ?? Date.now,
        shared: this.#shared,
      })
      if (mayChange) this.#mayChange.add(definition.id)
      if (outcome !== undefined) this.#record(outcome)
      this.#advance()
      await released
    } catch (thrown) {
      this.#record(outcomeOf(definition, { status: 'error', message: `preflight itself failed: ${messageOf(thrown)}` }))
    }
    this.#slots.give()
    this.#advance()
  }

  #record(unwaived: Outcome): void {
    const outcome = this.request.waive?.(unwaived) ?? unwaived
    this.#outcomes.set(outcome.id, outcome)
    this.#waiting.end(outcome.id)
    this.#hasNews = true
    if (outcome.status === 'fail' || outcome.status === 'error' || outcome.status === 'timeout')
      this.#firstFailure ??= outcome.id
    this.#view.tell(() => this.request.onEvent?.({ type: 'check-finished', id: outcome.id, outcome }))
  }
}

function guarded(conclude: () => Conclusion | undefined): Conclusion | undefined {
  try {
    return conclude()
  } catch (thrown) {
    return { status: 'error', message: `preflight itself failed: ${messageOf(thrown)}` }
  }
}
