import type { ProcessFate } from '../../processes/process-fate.js'
import { exitCodes } from '../../base/errors.js'
import { shellWord } from '../../base/text/shell-words.js'
import { coveredName } from '../plan/covered.js'
import type { RunbookPlanDocument } from '../plan/runbook-plan.js'
import { stepsInDirection, type RunRecord } from '../record/run-record.js'
import { givenAgain, givenBeyond, stateAgain, type StartedWith } from '../record/started-with.js'
import type { StepRecord } from '../record/step-record.js'
import type { StepState } from '../definition/runbook-vocabulary.js'

/** Something that can be done about a run: the exact command, and when it is the right one. */
interface NextCommand {
  readonly command: string
  readonly why: string
}

/** The command that starts exactly what was planned, and where: the plan depends on the folder. */
export interface StartCommand {
  readonly command: string
  /** An absolute path. */
  readonly folder: string
}

/** @param parameters the flags of the command line that set parameters, with their values */
export function startCommand(
  plan: Pick<RunbookPlanDocument, 'runbook' | 'hash'>,
  startedWith: StartedWith,
  parameters: readonly string[],
  folder: string,
): StartCommand {
  const words = ['preflight', 'runbook', 'run', plan.runbook, '--plan', plan.hash, ...parameters]
  return { command: `${words.map(shellWord).join(' ')}${givenAgain(startedWith)}`, folder }
}

/**
 * What to do about a run in its current state, the most likely first. Pure; the same for people and programs.
 *
 * @param head an anchor that the commands which go on with it are to check
 * @param fate what became of its process, where its end is not on record
 */
export function nextCommands(record: RunRecord, head?: string, fate?: ProcessFate): readonly NextCommand[] {
  const { started, state } = record
  const { run, practice, startedWith } = started
  if (practice) return []
  const steps = stepsInDirection(record)
  const toResolve = steps.flatMap((step) => resolving(`${run} ${step.path}${stateAgain(startedWith)}`, step))
  const render = {
    command: `preflight runbook render --run ${run}${stateAgain(startedWith)}`,
    why: 'print the report of the run',
  }
  const checked = head === undefined ? '' : ` --head ${head}`
  const given = startedWith === undefined ? '' : givenBeyond(startedWith, startedWith)
  const undo = steps.some(isUndoable)
    ? [
        {
          command: `preflight runbook undo ${run}${checked}${given} --reason "…"`,
          why: 'undo what was done, the latest first',
        },
      ]
    : []
  const accepting =
    record.direction === 'undo'
      ? ''
      : record.covered.unexplained.map(({ entry }) => ` --accept-changed ${shellWord(coveredName(entry))}`).join('')
  const resume = {
    command: `preflight runbook resume ${run}${checked}${accepting}${given}`,
    why: resumeReason(record, toResolve.length > 0, fate),
  }
  switch (state) {
    case 'completed':
    case 'completed-with-manual':
      return [render, ...undo]
    case 'undone':
      return [render]
    case 'running':
      return [...toResolve, resume, ...(record.direction === 'undo' ? [] : undo)]
    case 'undo-failed':
      return [...toResolve, resume, render]
    default: {
      const approvals =
        state === 'cancelled'
          ? steps.filter((step) => step.state === 'pending' || step.state === 'not-run').slice(0, 1)
          : []
      const resumes =
        approvals.length > 0 && record.message.includes(`--approve ${approvals[0]!.path}`)
          ? [{ command: `${resume.command} --approve ${approvals[0]!.path}`, why: 'approve the step and continue' }]
          : [resume]
      const toApprove = steps.filter(
        (step) => step.kind === 'runbook' && step.state === 'open' && step.approvedBy === null,
      )
      const approvedItems = toApprove.map(({ path }) => ({
        command: `${resume.command} --approve ${path}`,
        why: `the same, and run ${path} without asking`,
      }))
      const waiting = steps.find((step) => step.state !== 'done' && step.state !== 'skipped')
      const approved =
        state === 'cancelled' && waiting?.kind === 'approve'
          ? [{ command: `${resume.command} --approval FILE`, why: 'continue with the approval of another person' }]
          : []
      return [
        ...toResolve,
        ...approved,
        ...resumes,
        ...approvedItems,
        ...(record.direction === 'undo' ? [] : undo),
        render,
      ]
    }
  }
}

function resumeReason(record: RunRecord, isInDoubt: boolean, fate: ProcessFate | undefined): string {
  const { state, direction, exitCode, started } = record
  if (isInDoubt) return 'continue after that; if a verification can decide, it is asked first'
  if (direction === 'undo') return 'continue to undo'
  if (started.checklist === true && state !== 'running') return checklistReason(record)
  switch (state) {
    case 'running':
      return fate === 'gone' ? continuedWith(record) : 'continue, when its process has ended'
    case 'failed':
      return exitCode === exitCodes.outcomeUnknown ? continuedWith(record) : 'continue, after the cause is fixed'
    case 'cancelled':
      return 'continue, and answer this time'
    default:
      return continuedWith(record)
  }
}

/** What a resume does about a checklist: nothing about what holds. */
function checklistReason({ steps, state }: RunRecord): string {
  if (state === 'interrupted') return 'judge the items that are left'
  const isAny = (...states: readonly StepState[]): boolean =>
    [...steps.values()].some((step) => states.includes(step.state))
  const parts = [
    ...(isAny('failed', 'not-evaluated') ? ['judge again what does not hold, after the cause is fixed'] : []),
    ...(isAny('open') ? ['ask for what is open'] : []),
  ]
  return parts.join('; ')
}

/** The step that a resume goes on with, where it is known which one that is. */
function continuedWith(record: RunRecord): string {
  const next = stepsInDirection(record).find(({ state }) => !['done', 'verified', 'skipped'].includes(state))
  return next === undefined ? 'continue from there' : `continue with ${next.path}`
}

function isUndoable({ mayHaveEffect, isOpen, undo }: StepRecord): boolean {
  return undo !== null && (mayHaveEffect || isOpen)
}

/** What an operator can say of a step of which it is unknown what became. */
function resolving(runAndStep: string, step: StepRecord): readonly NextCommand[] {
  const command = `preflight runbook resolve ${runAndStep}`
  const isUndoInDoubt =
    step.undoAttempts > 0 && (step.state === 'unknown' || (step.state === 'undo-failed' && step.undo === 'once'))
  if (isUndoInDoubt) {
    return [
      { command: `${command} --as undone --reason "…"`, why: 'if you know that it is undone' },
      { command: `${command} --as not-undone --reason "…"`, why: 'if it is not undone: its undo runs again at resume' },
    ]
  }
  const mayHaveHappened = step.state === 'failed' && step.effect === 'once' && step.mayHaveEffect && !step.isManual
  if (step.state !== 'unknown' && !mayHaveHappened) return []
  return [
    { command: `${command} --as done --reason "…"`, why: 'if you know that it took effect' },
    { command: `${command} --as not-done --reason "…"`, why: 'if it did not take effect: it runs again at resume' },
  ]
}
