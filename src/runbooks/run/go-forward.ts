import { exitCodes } from '../../base/errors.js'
import { summaryOf } from '../record/message-lines.js'
import { stepsInDirection } from '../record/run-record.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import { isByWord, type RunbookEnd, type RunInProgress } from './run-in-progress.js'
import { goThrough } from './go-through.js'
import { undoCourse } from './decision.js'
import { isEverythingThere } from './missing-requirements.js'
import { lostSecret } from './recall-secrets.js'
import { turnOf, type Course } from './step-turn.js'

/** The run ends at a step that failed, or goes back where its runbook says so. */
const forward: Course = {
  stoppedAs: 'failed',
  async fail(run, { path }) {
    const { fold, operator } = run.request
    const message = summaryOf(run.step(path).message)
    const { started } = fold.record
    if (started.onFailure === 'undo' && undoCourse(fold.record).steps.length > 0) {
      await run.record({ type: 'undo-started', reason: `${path} failed: ${message}`, operator })
      return false
    }
    await run.end('failed', exitCodes.runFailed, `${path} failed: ${message}`)
    return false
  },
  async failWithoutSecret(run, _step, why) {
    if (why.kind === 'failed') return forward.fail(run, why.step)
    await run.end('failed', exitCodes.runFailed, why.message)
    return false
  },
  stop: endStopped,
}

/** The run ends here, until somebody continues it. */
export async function endStopped(
  run: RunInProgress,
  _step: PlannedStep,
  { state, exitCode, message }: RunbookEnd,
): Promise<false> {
  await run.end(state, exitCode, message)
  return false
}

/**
 * Judges what the run requires, then carries out what is left, in order, and stops at the first step that does not end
 * well. Where the runbook says so the way back is begun then: written down, not yet gone.
 *
 * @throws JournalWriteError
 */
export async function goForward(run: RunInProgress): Promise<void> {
  if (run.isChecklist) return goThrough(run)
  const steps = run.request.steps.filter(({ isAfterUndo }) => isAfterUndo !== true)
  // What cannot come to its end is not begun.
  const lost = lostSecret(run, steps)
  if (lost !== undefined) return run.end('failed', exitCodes.runFailed, lost)
  const isGone = (await isEverythingThere(run)) && (await goOn(run, steps))
  if (!(await run.endIfInterrupted()) && isGone) await complete(run)
}

/** @returns whether every step came to its end */
async function goOn(run: RunInProgress, steps: readonly PlannedStep[]): Promise<boolean> {
  for (const step of steps) if (run.isInterrupted || !(await turnOf(run, step, forward))) return false
  return true
}

async function complete(run: RunInProgress): Promise<void> {
  const steps = stepsInDirection(run.request.fold.record)
  const done = steps.filter((step) => step.state === 'done' || step.state === 'verified')
  const rest = steps.filter((step) => !done.includes(step) && step.state !== 'skipped')
  if (rest.length > 0)
    throw new Error(`the run does not add up: ${rest.map((step) => `${step.path} is ${step.state}`).join(', ')}`)
  if (done.length === 0) return run.end('failed', exitCodes.runFailed, 'every step was skipped: nothing was done')
  await run.end(isByWord(run) ? 'completed-with-manual' : 'completed', exitCodes.go, '')
}
