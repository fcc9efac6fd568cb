import type { ChalkInstance } from 'chalk'
import { stepMarks, stepTones, type Effect, type RunState, type StepState } from '../definition/runbook-vocabulary.js'

/** What each effect means to a person who decides whether to carry it out. */
export const effectWords = {
  read: 'changes nothing',
  idempotent: 'may be repeated',
  once: 'at most once',
} as const satisfies Record<Effect, string>

/** What a checklist does that a runbook does not. */
export const checklistSentence = 'a checklist: every item is judged, whatever the others say'

/** What the steps of a checklist are called together. */
export function itemsTitle(steps: readonly { readonly groups: readonly unknown[] }[]): string {
  return steps.some(({ groups }) => groups.length > 0) ? 'Items, with the steps of their runbooks' : 'Items'
}

/** The state of a run, in words. */
export const runStateWords = {
  running: 'running or killed: its end is not recorded',
  completed: 'completed',
  'completed-with-manual': 'completed, in part by the word of a person',
  failed: 'failed',
  'not-evaluated': 'not evaluated: some of it could not be judged',
  open: 'open: it waits for the word of a person',
  undone: 'undone',
  'undo-failed': 'could not be undone',
  cancelled: 'cancelled: a question was refused or could not be asked',
  interrupted: 'interrupted',
} as const satisfies Record<RunState, string>

/** The mark of a step in its colour. */
export function stepMark(state: StepState, chalk: ChalkInstance): string {
  const paint = { good: chalk.green, bad: chalk.red, doubtful: chalk.yellow, neutral: chalk.dim }
  return paint[stepTones[state]](stepMarks[state])
}

/** Where the end of a checklist has words of its own. */
const checklistWords: Partial<Record<RunState, string>> = {
  completed: 'every item holds',
  'completed-with-manual': 'every item holds, in part by the word of a person',
}

/** The words for a run's state in their colour, with what it is a run of. */
export function runStateText(state: RunState, isChecklist: boolean, chalk: ChalkInstance): string {
  return isChecklist
    ? `The checklist: ${painted(state, checklistWords[state] ?? runStateWords[state], chalk)}`
    : `The run: ${painted(state, runStateWords[state], chalk)}`
}

function painted(state: RunState, words: string, chalk: ChalkInstance): string {
  if (state === 'completed') return chalk.green.bold(words)
  return state === 'failed' || state === 'undo-failed' ? chalk.red.bold(words) : chalk.yellow.bold(words)
}
