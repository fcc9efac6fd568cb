import type { ChalkInstance } from 'chalk'
import { stepMarks, type Effect, type RunState, type StepState } from '../definition/runbook-vocabulary.js'

/** What each effect means to a person who decides whether to carry it out. */
export const effectWords = {
  read: 'changes nothing',
  idempotent: 'may be repeated',
  once: 'at most once',
} as const satisfies Record<Effect, string>

/** The state of a step, in words. */
export function stepStateText(state: StepState): string {
  return state.replaceAll('-', ' ')
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

const goodSteps: ReadonlySet<StepState> = new Set<StepState>(['done', 'verified'])

const badSteps: ReadonlySet<StepState> = new Set<StepState>(['failed', 'undo-failed'])

const doubtfulSteps: ReadonlySet<StepState> = new Set<StepState>([
  'not-evaluated',
  'open',
  'unknown',
  'cancelled',
  'undone',
  'running',
])

/** The mark of a step in its colour. */
export function stepMark(state: StepState, chalk: ChalkInstance): string {
  const mark = stepMarks[state]
  if (goodSteps.has(state)) return chalk.green(mark)
  if (badSteps.has(state)) return chalk.red(mark)
  return doubtfulSteps.has(state) ? chalk.yellow(mark) : chalk.dim(mark)
}

/** The words for a run's state in their colour. */
export function runStateText(state: RunState, chalk: ChalkInstance): string {
  const words = runStateWords[state]
  if (state === 'completed') return chalk.green.bold(words)
  return state === 'failed' || state === 'undo-failed' ? chalk.red.bold(words) : chalk.yellow.bold(words)
}
