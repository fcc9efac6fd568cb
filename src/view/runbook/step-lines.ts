import { Chalk } from 'chalk'
import { formatDuration } from '../../kernel/duration.js'
import { neutralise } from '../../kernel/terminal-text.js'
import type { JournalEntry } from '../../model/runbook/journal.js'
import type { StepRecord } from '../../model/runbook/run-record.js'
import { stepMarks, type StepState } from '../../model/runbook/vocabulary.js'
import { oneLine } from '../phrase.js'

/** Marks and emphasis for steps, with or without colour. */
export interface StepPalette {
  mark(state: StepState): string
  faint(text: string): string
  strong(text: string): string
}

export function stepPaletteFor(colour: boolean): StepPalette {
  const chalk = new Chalk({ level: colour ? 1 : 0 })
  const good = new Set<StepState>(['done', 'verified'])
  const bad = new Set<StepState>(['failed', 'undo-failed'])
  const doubtful = new Set<StepState>(['unknown', 'cancelled', 'undone'])
  const paint = (state: StepState) => (good.has(state) ? chalk.green : bad.has(state) ? chalk.red : doubtful.has(state) ? chalk.yellow : chalk.dim)
  return { mark: (state) => paint(state)(stepMarks[state]), faint: chalk.dim, strong: chalk.bold }
}

/**
 * What an entry of the journal says of a step, in one line without its place; `undefined` for entries that say nothing new.
 *
 * @param step the step after the entry
 */
export function entryLine({ event }: JournalEntry, step: StepRecord, palette: StepPalette, redact: (text: string) => string): string | undefined {
  const title = neutralise(step.title)
  const because = (message: string): string => (message === '' ? '' : `: ${oneLine(redact(message))}`)
  switch (event.type) {
    case 'step-intent':
      return `${palette.mark('running')} ${title}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`
    case 'step-result':
      return `${palette.mark(event.state)} ${title}  ${palette.faint(formatDuration(event.durationMs))}${event.state === 'done' ? because(event.message) : `  ${event.state}${because(event.message)}`}`
    case 'step-verified':
      if (event.answer === 'holds') return `${palette.mark('verified')} ${title}  verified`
      return `${palette.mark(step.state)} ${title}  its verification ${event.answer === 'cannot-tell' ? 'cannot tell' : 'does not hold'}${because(event.message)}`
    case 'step-skipped':
      return `${palette.mark('skipped')} ${title}  skipped${because(event.reason)}`
    case 'step-approved':
      return `${palette.mark('running')} ${title}  approved by ${neutralise(event.operator.user)}`
    case 'undo-intent':
      return `${palette.mark('undone')} undo of ${title}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`
    case 'undo-result':
      return `${palette.mark(event.state)} undo of ${title}  ${palette.faint(formatDuration(event.durationMs))}  ${event.state}${because(event.message)}`
    default:
      return undefined
  }
}

/** The path of the step that an entry is about. */
export function stepOf({ event }: JournalEntry): string | undefined {
  return 'step' in event ? event.step : undefined
}

/** Output of a step, as lines that are safe for a terminal. */
export function outputLines(text: string, redact: (text: string) => string): readonly string[] {
  return redact(text).split('\n').filter((line) => line.trim() !== '').map((line) => neutralise(line))
}
