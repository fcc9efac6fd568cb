import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import type { RunbookScope } from '../definition/runbook-definition.js'
import { summaryOf } from '../record/message-lines.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import { ask } from '../../engine/judge.js'
import { isStepApproved, type RunInProgress } from './run-in-progress.js'
import type { PreparedStep } from './carry-out.js'
import { nextMove, undoCourse } from './decision.js'
import { isEverythingThere, missingRequirements } from './missing-requirements.js'
import { stepResult, type StepResult } from './step-result.js'

/**
 * Judges what the run requires, then carries out what is left, in order, and stops at the first step that does not end
 * well. Where the runbook says so the way back is begun then: written down, not yet gone.
 *
 * @throws JournalWriteError
 */
export async function goForward(run: RunInProgress): Promise<void> {
  if (!(await isEverythingThere(run))) return
  for (const step of run.request.steps) {
    if (run.isInterrupted) {
      await run.endInterrupted()
      return
    }
    const isGoingOn = await turnOf(run, step)
    if (!isGoingOn) return
  }
  if (run.isInterrupted) {
    await run.endInterrupted()
    return
  }
  await complete(run)
}

/** Does what is to be done about a step. @returns whether the run goes on, as all of the functions below */
async function turnOf(run: RunInProgress, step: PlannedStep): Promise<boolean> {
  const { path, definition } = step
  const move = nextMove(step, run.step(path), run.request.fold.record.steps)
  switch (move.move) {
    case 'pass':
      return true
    case 'skip':
      await run.record({ type: 'step-skipped', step: path, reason: move.reason })
      return true
    case 'ask-operator':
      await run.end('failed', exitCodes.outcomeUnknown, `unknown whether ${path} took effect: an operator must decide`)
      return false
    case 'verify': {
      const answer = await run.verify(step, definition.verify!, 'verify')
      if (run.isInterrupted) return run.endInterrupted()
      await run.record({ type: 'step-verified', step: path, ...answer })
      if (answer.answer === 'holds') return true
      if (answer.answer === 'does-not-hold') return carryOutStep(run, step)
      await run.end(
        'failed',
        exitCodes.outcomeUnknown,
        `unknown whether ${path} took effect (${summaryOf(answer.message)}): an operator must decide`,
      )
      return false
    }
    case 'confirm':
      return confirm(run, step)
    case 'carry-out':
      return carryOutStep(run, step)
  }
}

async function carryOutStep(run: RunInProgress, step: PlannedStep): Promise<boolean> {
  const { path, definition } = step
  const scope = run.scope(step)
  if (definition.when !== undefined) {
    const answer = ask(definition.when, scope)
    if ('problem' in answer) return failBefore(run, step, answer.problem)
    if (!answer.holds) {
      await run.record({ type: 'step-skipped', step: path, reason: `${definition.when.source} is false` })
      return true
    }
  }
  let prepared: PreparedStep
  try {
    prepared = run.prepare(definition, scope)
  } catch (thrown) {
    return failBefore(run, step, messageOf(thrown))
  }
  if (definition.includes !== undefined) {
    const missing = await missingRequirements(run, path)
    if (run.isInterrupted) return run.endInterrupted()
    if (missing !== undefined) return failBefore(run, step, missing.join('\n'))
  }
  if (definition.destructive && !(await isStepApproved(run, step, prepared))) return false
  const changed = definition.effect === 'read' ? undefined : await run.request.changedSinceApproval?.(step)
  if (changed !== undefined) return failBefore(run, step, changed)
  return attempts(run, step, prepared, scope)
}

async function attempts(
  run: RunInProgress,
  step: PlannedStep,
  prepared: PreparedStep,
  scope: RunbookScope,
): Promise<boolean> {
  const { path, definition } = step
  for (let tries = 1; ; tries += 1) {
    if (run.isInterrupted) return run.endInterrupted()
    const { hint, written: result } = await attempt(run, step, prepared, scope)
    if (result.state === 'done') return confirm(run, step)
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the attempt may have been interrupted
    if (run.isInterrupted) return run.endInterrupted()
    if (result.state === 'unknown') {
      await run.end(
        'failed',
        exitCodes.outcomeUnknown,
        `unknown whether ${path} took effect (${summaryOf(result.message)}): an operator must decide`,
      )
      return false
    }
    if (result.state === 'cancelled') {
      await run.end(
        'cancelled',
        exitCodes.runCancelled,
        [`${path}: ${result.message}`, ...(hint === undefined ? [] : [hint])].join('; '),
      )
      return false
    }
    if (tries >= definition.retry.attempts) return fail(run, step)
    await wait(definition.retry.delay, undefined, { signal: run.request.signal }).catch(() => undefined)
  }
}

/** Announces the step, does it, and writes down how it ended. */
async function attempt(
  run: RunInProgress,
  step: PlannedStep,
  prepared: PreparedStep,
  scope: RunbookScope,
): Promise<StepResult> {
  const { path, definition } = step
  const number = run.step(path).attempts + 1
  await run.record({
    type: 'step-intent',
    step: path,
    attempt: number,
    action: prepared.description.lines.map((line) => run.request.redact.text(line)),
  })
  const started = performance.now()
  const ending = await run.perform(step, 'step', definition, prepared, scope)
  const result = await stepResult(run, step, ending, scope)
  const durationMs = Math.round(performance.now() - started)
  await run.record({
    type: 'step-result',
    step: path,
    attempt: number,
    ...result.written,
    durationMs,
    ...(await run.changed(step)),
  })
  return result
}

/** Of a step that was done: whether its verification, where it has one, sees the effect. */
async function confirm(run: RunInProgress, step: PlannedStep): Promise<boolean> {
  const { verify } = step.definition
  if (verify === undefined) return true
  const answer = await run.verify(step, verify, 'verify')
  if (run.isInterrupted && answer.answer !== 'holds') return run.endInterrupted()
  await run.record({ type: 'step-verified', step: step.path, ...answer })
  return answer.answer === 'holds' ? true : fail(run, step)
}

async function failBefore(run: RunInProgress, step: PlannedStep, problem: string): Promise<boolean> {
  const attempt = run.step(step.path).attempts + 1
  await run.record({ type: 'step-intent', step: step.path, attempt, action: [] })
  await run.record({
    type: 'step-result',
    step: step.path,
    attempt,
    state: 'failed',
    effect: 'none',
    message: run.request.redact.text(problem),
    facts: {},
    outputs: {},
    durationMs: 0,
  })
  return fail(run, step)
}

/** The run ends here, or goes back where its runbook says so. */
async function fail(run: RunInProgress, step: PlannedStep): Promise<boolean> {
  const { fold, operator } = run.request
  const message = summaryOf(run.step(step.path).message)
  const course = undoCourse(fold.record)
  if (fold.record.started.onFailure === 'undo' && course.steps.length > 0) {
    await run.record({ type: 'undo-started', reason: `${step.path} failed: ${message}`, operator })
    return false
  }
  await run.end('failed', exitCodes.runFailed, `${step.path} failed: ${message}`)
  return false
}

async function complete(run: RunInProgress): Promise<void> {
  const steps = [...run.request.fold.record.steps.values()]
  const done = steps.filter((step) => step.state === 'done' || step.state === 'verified')
  const rest = steps.filter((step) => !done.includes(step) && step.state !== 'skipped')
  if (rest.length > 0)
    throw new Error(`the run does not add up: ${rest.map((step) => `${step.path} is ${step.state}`).join(', ')}`)
  if (done.length === 0) return run.end('failed', exitCodes.runFailed, 'every step was skipped: nothing was done')
  const isManual = done.some((step) => step.isManual || step.resolved !== null)
  await run.end(isManual ? 'completed-with-manual' : 'completed', exitCodes.go, '')
}
