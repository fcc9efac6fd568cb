import { Deadline } from '../base/time/deadline.js'
import { messageOf } from '../base/errors.js'
import type { RunEvent } from './check-event.js'
import type { RunResult } from './run/check-run-request.js'
import { runPlan } from './run/scheduler.js'
import { runWaiting } from './run/waiting/run-waiting.js'
import { sparingPeers } from '../engine/peers/peer-gate.js'
import { createView } from './view/create-view.js'
import { type PreparedRun, surroundingsOf } from './prepare.js'
import type { WaiversOfRun } from './waivers/waivers-of-run.js'
import { watchRun } from './run/watch-run.js'
import type { RunLimits, RunTerminal } from './run-options.js'

interface ObserveOptions {
  readonly limits: RunLimits
  readonly knownSecretsFile: string | undefined
  readonly waive: WaiversOfRun['waive']
  /** The state folder, whose processes share the budgets of peers. */
  readonly state: string
  readonly onNotice: (notice: string) => void
}

/** Carries out a plan and shows its progress at the terminal. */
export async function observe(
  prepared: PreparedRun,
  { limits, knownSecretsFile, waive, state, onNotice }: ObserveOptions,
  terminal: RunTerminal,
  signal: AbortSignal,
): Promise<RunResult> {
  const { plan, probes, redactor } = prepared
  const view = await createView({
    plan,
    stream: terminal.progress,
    mode: terminal.progressMode,
    colour: terminal.progressColour,
    redact: (text) => redactor.text(text),
  })
  const forget = terminal.atExit(() => view.abort())
  const watch = watchRun(plan, probes, limits.deadline)
  try {
    const request = {
      plan,
      probes,
      surroundings: surroundingsOf(prepared, knownSecretsFile),
      ...limits,
      deadline: Deadline.after(limits.deadline),
      waive,
      signal,
      onEvent: (event: RunEvent) => {
        watch.onEvent(event)
        view.onEvent(event)
      },
    }
    const { wait } = limits
    const result = await sparingPeers({ budgets: prepared.peers.budgets, state, warn: onNotice }, () =>
      wait === undefined ? runPlan(request) : runWaiting({ ...request, wait, onWaiting: view.onWaiting }),
    )
    if (signal.aborted) view.abort()
    else await view.finish()
    if (result.listenerFailure !== undefined)
      terminal.warn(
        `the view of the run broke (${messageOf(result.listenerFailure)}); the verdict does not depend on it`,
      )
    return result
  } finally {
    await watch.stop()
    view.abort()
    forget()
  }
}
