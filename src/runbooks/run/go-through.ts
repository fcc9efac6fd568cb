import { exitCodes } from '../../base/errors.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import { summaryOf } from '../record/message-lines.js'
import type { Ending } from './carry-out.js'
import { checklistEnd } from './checklist-end.js'
import { missingRequirements } from './missing-requirements.js'
import { isByWord, type RunbookEnd, type RunInProgress } from './run-in-progress.js'
import { failBefore, turnOf, type Course } from './step-turn.js'

/**
 * Judges the items of a checklist that are not settled, each whatever the others say, and ends the run as they ended.
 *
 * @throws JournalWriteError
 */
export async function goThrough(run: RunInProgress): Promise<void> {
  await missingRequirements(run)
  for (const item of run.request.steps.filter((step) => run.isItem(step))) {
    if (run.isInterrupted) break
    await turnOf(run, item, ofItems)
    // Of a runbook that is not carried out, each step says why.
    if (run.step(item.path).state === 'skipped') for (const step of stepsOf(run, item)) await turnOf(run, step, ofItems)
  }
  if (await run.endIfInterrupted()) return
  const items = run.request.steps.filter((step) => run.isItem(step)).map(({ path }) => run.step(path))
  const { state, exitCode, message } = checklistEnd(items, isByWord(run))
  await run.end(state, exitCode, message)
}

/** An item ends as it is written down, and the next one follows. */
const ofItems: Course = {
  stoppedAs: 'failed',
  fail: () => Promise.resolve(false),
  failWithoutSecret: (run, step, why) => failBefore(run, step, ofItems, why.message),
  stop: (run, step, { message }) => failBefore(run, step, ofItems, message, { state: 'open' }),
  whole: (run, item, ending) =>
    item.definition.includes === undefined || ending.kind !== 'judged' || ending.judgement.status !== 'pass'
      ? Promise.resolve(ending)
      : carryOutIncluded(run, item, ending),
}

/** Carries out the steps of the runbook that an item stands for, up to the first that does not end well. */
async function carryOutIncluded(run: RunInProgress, item: PlannedStep, begun: Ending): Promise<Ending> {
  let end: RunbookEnd | undefined
  const stop = (why: RunbookEnd): Promise<false> => {
    end = why
    return Promise.resolve(false)
  }
  const failed = (message: string): Promise<false> =>
    stop({ state: 'failed', exitCode: exitCodes.runFailed, message: summaryOf(message) })
  const within: Course = {
    stoppedAs: 'failed',
    fail: (_, { path }) => failed(`${path} failed: ${run.step(path).message}`),
    failWithoutSecret: (_, _step, why) => failed(why.message),
    stop: (_, _step, why) => stop(why),
  }
  for (const step of stepsOf(run, item)) if (run.isInterrupted || !(await turnOf(run, step, within))) break
  if (run.isInterrupted) return { kind: 'indefinite', message: 'the run was interrupted', isInterrupted: true }
  if (end === undefined) return begun
  const { state, exitCode, message } = end
  if (state === 'cancelled') return { kind: 'unanswered', message, hint: undefined }
  if (exitCode === exitCodes.outcomeUnknown) return { kind: 'indefinite', message, isInterrupted: false }
  return { kind: 'judged', facts: {}, judgement: { status: 'fail', message }, changedNothing: false }
}

/** The steps of the runbook that an item stands for. */
function stepsOf(run: RunInProgress, item: PlannedStep): readonly PlannedStep[] {
  return run.request.steps.filter(({ path, isAfterUndo }) => isAfterUndo !== true && path.startsWith(`${item.path}/`))
}
