import { setTimeout as wait } from 'node:timers/promises'
import type { RunbookScope } from '../definition/runbook-definition.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import type { RunInProgress } from './run-in-progress.js'
import type { PreparedStep, Ending } from './carry-out.js'
import { digestOfRefused } from './refused-login.js'
import { stepResult, type StepResult } from './step-result.js'

/**
 * Carries out a step as often as it may be tried, until it is done.
 *
 * @param whole of an attempt whose action has ended: how it ended with what belongs to it
 * @returns how its last attempt ended
 */
export async function tryStep(
  run: RunInProgress,
  step: PlannedStep,
  prepared: PreparedStep,
  scope: RunbookScope,
  whole: (ending: Ending) => Promise<Ending> = (ending) => Promise.resolve(ending),
): Promise<StepResult> {
  const { retry } = step.definition
  for (let tries = 1; ; tries += 1) {
    const result = await attempt(run, step, prepared, scope, whole)
    if (result.isLoginRefused === true) return result
    if (!['failed', 'not-evaluated'].includes(result.written.state) || tries >= retry.attempts || run.isInterrupted)
      return result
    await wait(retry.delay, undefined, { signal: run.request.signal }).catch(() => undefined)
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the pause may have been interrupted
    if (run.isInterrupted) return result
  }
}

/** Announces the step, does it, and writes down how it ended. */
async function attempt(
  run: RunInProgress,
  step: PlannedStep,
  prepared: PreparedStep,
  scope: RunbookScope,
  whole: (ending: Ending) => Promise<Ending>,
): Promise<StepResult> {
  const { path, definition } = step
  const number = run.step(path).attempts + 1
  const isAgain = number > 1 && definition.capture.some(({ type }) => type === 'secret')
  await run.record({
    type: 'step-intent',
    step: path,
    attempt: number,
    action: prepared.description.lines.map((line) => run.request.redact.text(line)),
    ...(isAgain ? { again: true } : {}),
  })
  const started = performance.now()
  const ending = await whole(await run.perform(step, 'step', definition, prepared, scope))
  const result = await stepResult(run, step, ending, scope)
  const durationMs = Math.round(performance.now() - started)
  await run.record({
    type: 'step-result',
    step: path,
    attempt: number,
    ...result.written,
    durationMs,
    ...(await run.changed(step)),
    ...(result.isLoginRefused === true ? { refusedLogin: await digestOfRefused(definition, scope) } : {}),
  })
  return result
}
