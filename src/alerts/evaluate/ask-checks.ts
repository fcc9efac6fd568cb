import { Deadline } from '../../base/time/deadline.js'
import type { Outcome, RunListener } from '../../checks/check-event.js'
import { surroundingsOf, type PreparedRun } from '../../checks/prepare.js'
import { limitsOf, type LimitOptions } from '../../checks/run-options.js'
import { fitOpenFiles } from '../../checks/run/fit-open-files.js'
import { runPlan } from '../../checks/run/scheduler.js'
import { watchRun } from '../../checks/run/watch-run.js'
import type { RefusedLogins } from '../../engine/refused-logins.js'
import { sparingPeers } from '../../engine/peers/peer-gate.js'

interface AskOptions {
  readonly limits: Pick<LimitOptions, 'concurrency' | 'timeout'>
  /** The state folder, whose processes share the budgets of peers. */
  readonly state: string
  readonly signal: AbortSignal
  readonly onEvent?: RunListener
  /** Says what cannot be known of the budgets of peers. */
  readonly warn: (text: string) => void
  /** Of the rounds before this one. */
  readonly refusedLogins?: RefusedLogins | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Asks every check of a plan once, spaced as the budgets of addresses allow.
 *
 * @returns the outcomes by id; `undefined` when it was interrupted
 */
export async function askChecks(
  prepared: PreparedRun,
  { limits: given, state, signal, onEvent, warn, refusedLogins, now }: AskOptions,
): Promise<ReadonlyMap<string, Outcome> | undefined> {
  const { plan, probes, configuration } = prepared
  const limits = limitsOf({ ...given, failFast: false, failOnWarn: false }, configuration)
  const watch = watchRun(plan, probes, limits.deadline)
  try {
    const { outcomes, isInterrupted } = await sparingPeers({ budgets: prepared.peers.budgets, state, warn }, () =>
      runPlan({
        plan,
        probes,
        surroundings: surroundingsOf(prepared, configuration.knownSecrets),
        ...limits,
        concurrency: fitOpenFiles(limits.concurrency, plan.checks.length).concurrency,
        deadline: Deadline.after(limits.deadline),
        signal,
        now,
        ...(refusedLogins === undefined ? {} : { refusedLogins }),
        onEvent: (event) => {
          watch.onEvent(event)
          onEvent?.(event)
        },
      }),
    )
    return isInterrupted || signal.aborted ? undefined : new Map(outcomes.map((outcome) => [outcome.id, outcome]))
  } finally {
    await watch.stop()
  }
}
