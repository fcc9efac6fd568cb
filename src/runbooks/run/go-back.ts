import { redactUntypedFacts } from '../../checks/result/redacted-facts.js'
import { messageOf, exitCodes } from '../../base/errors.js'
import type { RunbookScope } from '../definition/runbook-definition.js'
import type { JournalEventOf } from '../record/journal.js'
import { summaryOf } from '../record/message-lines.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import type { PreparedStep } from './carry-out.js'
import { undoCourse } from './decision.js'
import { RunInProgress } from './run-in-progress.js'
import { endStopped, goForward } from './go-forward.js'
import { recallSecrets } from './recall-secrets.js'
import { failBefore, turnOf, type Course } from './step-turn.js'
import type { RunbookRunRequest } from './runbook-run-request.js'

type Undo = NonNullable<PlannedStep['definition']['undo']>

/**
 * Goes back through what took or may have taken effect, the latest first, and stops at the first that cannot be taken
 * back.
 *
 * @throws JournalWriteError
 */
async function goBack(run: RunInProgress): Promise<void> {
  const course = undoCourse(run.request.fold.record)
  const isGone = await undoAll(run, course.steps)
  if ((await run.endIfInterrupted()) || !isGone) return
  const left = course.left.map(({ step, reason }) => `${step.path} (${reason})`)
  await run.end(
    'undone',
    exitCodes.runUndone,
    left.length === 0
      ? 'everything that was done is undone'
      : `everything that can be undone is undone; not undone: ${left.join(', ')}`,
  )
}

/** @returns whether everything was taken back, and what follows that was done */
async function undoAll(run: RunInProgress, course: ReturnType<typeof undoCourse>['steps']): Promise<boolean> {
  const steps = new Map(run.request.steps.map((step) => [step.path, step]))
  for (const { path } of course) if (run.isInterrupted || !(await undoStep(run, steps.get(path)!))) return false
  for (const step of run.request.steps)
    if (step.isAfterUndo === true && (run.isInterrupted || !(await afterUndo(run, step)))) return false
  return true
}

/** Everything is taken back, and what has to follow that was not done: the undo failed. */
const afterwards: Course = {
  stoppedAs: 'undo-failed',
  async fail(run, { path }) {
    const message = summaryOf(run.step(path).message)
    await run.end(
      'undo-failed',
      exitCodes.undoFailed,
      `the steps are undone, but ${path}, which must follow that, failed: ${message}; fix the cause and resume the run, or do it by hand and resolve ${path} as done`,
    )
    return false
  },
  failWithoutSecret: (run, step, why) => failBefore(run, step, afterwards, why.message),
  stop: endStopped,
}

/** Carries out a step that follows an undo, if something of its runbook was undone. @returns whether the run goes on */
async function afterUndo(run: RunInProgress, step: PlannedStep): Promise<boolean> {
  const { path, frame } = step
  const prefix = frame.path === '' ? '' : `${frame.path}/`
  const isUndone = [...run.request.fold.record.steps.values()].some(
    (each) => each.state === 'undone' && each.path.startsWith(prefix),
  )
  if (isUndone) return turnOf(run, step, afterwards)
  const what = frame.path === '' ? 'nothing' : `nothing of ${frame.path}`
  await run.record({ type: 'step-skipped', step: path, reason: `${what} was undone` })
  return true
}

/** @returns whether the run goes on back */
async function undoStep(run: RunInProgress, step: PlannedStep): Promise<boolean> {
  const { path } = step
  const { redact } = run.request
  const record = run.step(path)
  const operation = step.definition.undo!
  const isOver = record.state === 'undo-failed' && operation.effect === 'once' && record.resolved?.as !== 'not-undone'
  if ((record.state === 'unknown' && record.undoAttempts > 0) || isOver) {
    await run.end(
      'undo-failed',
      exitCodes.outcomeUnknown,
      `unknown whether the undo of ${path} took effect: an operator must decide`,
    )
    return false
  }
  const recalled = await recallSecrets(run, step, [operation, operation.verify])
  if (recalled.kind === 'interrupted') return false
  if (recalled.kind === 'refused')
    return endStopped(run, step, { state: 'cancelled', exitCode: exitCodes.runCancelled, message: recalled.message })
  const scope = run.scope(step)
  const attempt = record.undoAttempts + 1
  const started = performance.now()
  let prepared: PreparedStep | undefined
  let problem = recalled.kind === 'there' ? '' : redact.text(recalled.message)
  try {
    if (problem === '') prepared = run.prepare(operation, scope)
  } catch (thrown) {
    problem = redact.text(messageOf(thrown))
  }
  await run.record({
    type: 'undo-intent',
    step: path,
    attempt,
    action: prepared?.description.lines.map((line) => redact.text(line)) ?? [],
  })
  const result =
    prepared === undefined
      ? ({ state: 'undo-failed', message: problem, facts: {} } as const)
      : await undoResult(run, step, operation, prepared, scope)
  const durationMs = Math.round(performance.now() - started)
  await run.record({ type: 'undo-result', step: path, attempt, ...result, durationMs, ...(await run.changed(step)) })
  if (result.state === 'undone') return true
  if (run.isInterrupted) return false
  if (result.state === 'unknown')
    await run.end(
      'undo-failed',
      exitCodes.outcomeUnknown,
      `unknown whether the undo of ${path} took effect (${summaryOf(result.message)}): an operator must decide`,
    )
  else if (result.state === 'cancelled')
    await run.end('cancelled', exitCodes.runCancelled, `the undo of ${path}: ${summaryOf(result.message)}`)
  else await run.end('undo-failed', exitCodes.undoFailed, `${path} could not be undone: ${summaryOf(result.message)}`)
  return false
}

async function undoResult(
  run: RunInProgress,
  step: PlannedStep,
  operation: Undo,
  prepared: PreparedStep,
  scope: RunbookScope,
): Promise<Pick<JournalEventOf<'undo-result'>, 'state' | 'message' | 'facts'>> {
  const { redact } = run.request
  const ending = await run.perform(step, 'undo', operation, prepared, scope)
  if (ending.kind === 'not-performed') return { state: 'undo-failed', message: redact.text(ending.message), facts: {} }
  if (ending.kind === 'unanswered') return { state: 'cancelled', message: redact.text(ending.message), facts: {} }
  if (ending.kind === 'indefinite') {
    const state = operation.effect === 'once' ? 'unknown' : ending.isInterrupted ? 'cancelled' : 'undo-failed'
    return { state, message: redact.text(ending.message), facts: {} }
  }
  const facts = redactUntypedFacts(ending.facts, redact)
  if (ending.judgement.status !== 'pass')
    return { state: 'undo-failed', message: redact.text(ending.judgement.message), facts }
  if (operation.verify === undefined) return { state: 'undone', message: '', facts }
  const answer = await run.verify(step, operation.verify, 'undo-verify')
  if (answer.answer === 'holds') return { state: 'undone', message: '', facts }
  return {
    state: 'undo-failed',
    message: `it succeeded, but its verification ${answer.answer === 'cannot-tell' ? 'gave no answer' : 'does not hold'}: ${answer.message}`,
    facts,
  }
}

/**
 * Continues a run, forward or back, as far as possible. @throws JournalWriteError when an event could not be written:
 * nothing was done after that
 */
export async function runRunbook(request: RunbookRunRequest): Promise<void> {
  const run = new RunInProgress(request)
  if (request.fold.record.direction === 'forward') await goForward(run)
  if (request.fold.record.state === 'running') await goBack(run)
}

/** Starts the way back. @throws JournalWriteError */
export async function undoRunbook(request: RunbookRunRequest, reason: string): Promise<void> {
  const run = new RunInProgress(request)
  await run.record({ type: 'undo-started', reason: request.redact.text(reason), operator: request.operator })
  await goBack(run)
}
