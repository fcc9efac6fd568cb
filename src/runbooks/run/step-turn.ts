import { messageOf, exitCodes } from '../../base/errors.js'
import { summaryOf } from '../record/message-lines.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import { ask } from '../../engine/judge.js'
import { needsApproval, type Operation, type RunbookScope } from '../definition/runbook-definition.js'
import { whyUnapproved } from './ask-approval.js'
import type { RunbookEnd, RunInProgress } from './run-in-progress.js'
import type { Ending, PreparedStep } from './carry-out.js'
import { nextMove } from './decision.js'
import { notTriedAgain } from '../../net/refusal.js'
import { isRefusedBefore } from './refused-login.js'
import { missingFor, missingRequirements } from './missing-requirements.js'
import { tryStep } from './step-attempt.js'
import { recallSecrets, type Unrecalled } from './recall-secrets.js'

/** What becomes of the run when a step does not end well: it depends on the direction in which the run goes. */
export interface Course {
  /** State of a run that cannot go on before somebody decides something. */
  readonly stoppedAs: 'failed' | 'undo-failed'
  /** The step has failed. @returns that the run does not go on in this direction */
  fail(run: RunInProgress, step: PlannedStep): Promise<false>
  /** A secret that the step uses cannot be had. @returns the same */
  failWithoutSecret(run: RunInProgress, step: PlannedStep, why: Unrecalled): Promise<false>
  /** Somebody must answer or decide something about the step before the run goes on. @returns the same */
  stop(run: RunInProgress, step: PlannedStep, end: RunbookEnd): Promise<false>
  /** How an attempt ended with what belongs to the step besides its action. */
  whole?(run: RunInProgress, step: PlannedStep, ending: Ending): Promise<Ending>
}

/** Does what is to be done about a step. @returns whether the run goes on, as all of the functions below */
export async function turnOf(run: RunInProgress, step: PlannedStep, course: Course): Promise<boolean> {
  const { path, definition } = step
  const move = nextMove(step, run.step(path), run.request.fold.record.steps)
  switch (move.move) {
    case 'pass':
      return true
    case 'skip':
      await run.record({ type: 'step-skipped', step: path, reason: move.reason })
      return true
    case 'ask-operator':
      return stopUnknown(run, step, course)
    case 'verify': {
      if (!(await haveSecrets(run, step, [definition.verify], course))) return false
      const answer = await run.verify(step, definition.verify!, 'verify')
      if (run.isInterrupted) return false
      await run.record({ type: 'step-verified', step: path, ...answer })
      if (answer.answer === 'holds') return true
      if (answer.answer === 'does-not-hold') return carryOutStep(run, step, course)
      return stopUnknown(run, step, course, answer.message)
    }
    case 'confirm':
      return (await haveSecrets(run, step, [definition.verify], course)) && confirm(run, step, course)
    case 'carry-out':
      return carryOutStep(run, step, course)
  }
}

async function carryOutStep(run: RunInProgress, step: PlannedStep, course: Course): Promise<boolean> {
  const { definition } = step
  let scope = run.scope(step)
  if (definition.when !== undefined) {
    const answer = ask(definition.when, scope)
    if ('problem' in answer) return failBefore(run, step, course, answer.problem)
    if (!answer.holds) {
      await run.record({ type: 'step-skipped', step: step.path, reason: `${definition.when.source} is false` })
      return true
    }
  }
  const lacking = run.isItem(step) ? missingFor(run, step.path) : []
  if (lacking.length > 0) return failBefore(run, step, course, ['what it requires is missing', ...lacking].join('\n'))
  if (!(await haveSecrets(run, step, [definition, definition.verify], course))) return false
  scope = run.scope(step)
  let prepared: PreparedStep
  try {
    prepared = run.prepare(definition, scope)
  } catch (thrown) {
    return failBefore(run, step, course, messageOf(thrown))
  }
  const { refusedLogin, message } = run.step(step.path)
  if (refusedLogin !== null && (await isRefusedBefore(refusedLogin, definition, scope)))
    return failBefore(run, step, course, heldBack(message), { refusedLogin })
  if (definition.includes !== undefined) {
    const missing = await missingRequirements(run, step.path)
    if (run.isInterrupted) return false
    if (missing !== undefined) return failBefore(run, step, course, missing.join('\n'))
  }
  const unapproved = needsApproval(definition) ? await whyUnapproved(run, step, prepared) : undefined
  if (unapproved !== undefined) return !run.isInterrupted && course.stop(run, step, cancelled(unapproved))
  const isBound = definition.effect !== 'read' && step.isAfterUndo !== true
  const changed = isBound ? await run.request.changedSinceApproval?.(step) : undefined
  if (changed !== undefined) return failBefore(run, step, course, changed)
  return attempts(run, step, prepared, scope, course)
}

async function attempts(
  run: RunInProgress,
  step: PlannedStep,
  prepared: PreparedStep,
  scope: RunbookScope,
  course: Course,
): Promise<boolean> {
  const { path } = step
  if (run.isInterrupted) return false
  const { hint, written: result } = await tryStep(run, step, prepared, scope, (ending) =>
    course.whole === undefined ? Promise.resolve(ending) : course.whole(run, step, ending),
  )
  if (result.state === 'done') return confirm(run, step, course)
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the step may have been interrupted
  if (run.isInterrupted) return false
  if (result.state === 'unknown') return stopUnknown(run, step, course, result.message)
  if (result.state === 'cancelled')
    return course.stop(
      run,
      step,
      cancelled([`${path}: ${result.message}`, ...(hint === undefined ? [] : [hint])].join('; ')),
    )
  return course.fail(run, step)
}

/** Of a step that was done: whether its verification, where it has one, sees the effect. */
async function confirm(run: RunInProgress, step: PlannedStep, course: Course): Promise<boolean> {
  const { verify } = step.definition
  if (verify === undefined) return true
  const answer = await run.verify(step, verify, 'verify')
  if (run.isInterrupted && answer.answer !== 'holds') return false
  await run.record({ type: 'step-verified', step: step.path, ...answer })
  return answer.answer === 'holds' ? true : course.fail(run, step)
}

/** What is known of a step that was not begun. */
interface NotBegun {
  /** Of an item of a checklist; `not-evaluated` by default. */
  readonly state?: 'not-evaluated' | 'open'
  /** By what credentials that were refused before are known. */
  readonly refusedLogin?: string
}

/** The step could not be begun, or must not be. */
export async function failBefore(
  run: RunInProgress,
  step: PlannedStep,
  course: Course,
  problem: string,
  { state = 'not-evaluated', refusedLogin }: NotBegun = {},
): Promise<false> {
  const attempt = run.step(step.path).attempts + 1
  await run.record({ type: 'step-intent', step: step.path, attempt, action: [] })
  await run.record({
    type: 'step-result',
    step: step.path,
    attempt,
    state: run.isItem(step) ? state : 'failed',
    effect: 'none',
    message: run.request.redact.text(problem),
    facts: {},
    outputs: {},
    durationMs: 0,
    ...(refusedLogin === undefined ? {} : { refusedLogin }),
  })
  return course.fail(run, step)
}

/** What is said of a step whose credentials were refused before, and are the same: as often as the run is resumed. */
function heldBack(message: string): string {
  return message.endsWith(notTriedAgain('')) ? message : notTriedAgain(message)
}

function stopUnknown(run: RunInProgress, step: PlannedStep, course: Course, why?: string): Promise<false> {
  return course.stop(run, step, {
    state: course.stoppedAs,
    exitCode: exitCodes.outcomeUnknown,
    message: `unknown whether ${step.path} took effect${why === undefined ? '' : ` (${summaryOf(why)})`}: an operator must decide`,
  })
}

function cancelled(message: string): RunbookEnd {
  return { state: 'cancelled', exitCode: exitCodes.runCancelled, message }
}

/** Whether every secret output that a step's operations use is in memory, after what could be done for it. */
async function haveSecrets(
  run: RunInProgress,
  step: PlannedStep,
  operations: readonly (Operation | undefined)[],
  course: Course,
): Promise<boolean> {
  const recalled = await recallSecrets(run, step, operations)
  if (recalled.kind === 'there') return true
  if (recalled.kind === 'interrupted') return false
  if (recalled.kind === 'refused') return course.stop(run, step, cancelled(recalled.message))
  return course.failWithoutSecret(run, step, recalled)
}
