import { Deadline } from '../base/time/deadline.js'
import { messageOf } from '../base/errors.js'
import type { RunEvent } from './check-event.js'
import type { RunResult } from './run/check-run-request.js'
import { runPlan } from './run/scheduler.js'
import { runWaiting } from './run/waiting/run-waiting.js'
import { createView } from './view/create-view.js'
import { type PreparedRun, surroundingsOf } from './prepare.js'
import type { WaiversOfRun } from './waivers/waivers-of-run.js'
import { watchRun } from './run/watch-run.js'
import { type RunOptions, defaultConcurrency, defaultDeadline } from './run-options.js'

export async function observe(
  options: RunOptions,
  prepared: PreparedRun,
  { waive }: WaiversOfRun,
  knownSecretsFile: string | undefined,
): Promise<RunResult> {
  const { configuration, plan, probes, redactor } = prepared
  const { terminal, interruption } = options
  const view = await createView({
    plan,
    stream: terminal.progress,
    mode: terminal.progressMode,
    colour: terminal.progressColour,
    redact: (text) => redactor.text(text),
  })
  const forget = terminal.atExit(() => view.abort())
  const deadline = options.deadline ?? configuration.deadline ?? defaultDeadline
  const watch = watchRun(plan, probes, deadline)
  try {
    const request = {
      plan,
      probes,
      surroundings: surroundingsOf(prepared, knownSecretsFile),
      concurrency: options.concurrency ?? configuration.concurrency ?? defaultConcurrency,
      deadline: Deadline.after(deadline),
      timeoutCap: options.timeout ?? configuration.timeout,
      waive,
      failFast: options.failFast,
      signal: interruption.signal,
      onEvent: (event: RunEvent) => {
        watch.onEvent(event)
        view.onEvent(event)
      },
    }
    const result = await (options.wait === undefined
      ? runPlan(request)
      : runWaiting({ ...request, wait: options.wait, areWarningsRed: options.failOnWarn, onWaiting: view.onWaiting }))
    if (interruption.signal.aborted) view.abort()
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
