import { Chalk } from 'chalk'
import { formatDuration } from '../../base/time/duration.js'
import { counted } from '../../base/text/wording.js'
import { neutralise } from '../../base/text/terminal-text.js'
import type { JournalEntry, JournalEvent } from '../record/journal.js'
import type { StepRecord } from '../record/step-record.js'
import { messageLines, summaryOf } from '../record/message-lines.js'
import type { StepState } from '../definition/runbook-vocabulary.js'
import { stepMark } from '../text/runbook-words.js'
import { oneLine } from '../../checks/view/progress.js'

/** Marks and emphasis for steps, with or without colour. */
export interface StepPalette {
  mark(state: StepState): string
  faint(text: string): string
  strong(text: string): string
}

export function stepPaletteFor(colour: boolean): StepPalette {
  const chalk = new Chalk({ level: colour ? 1 : 0 })
  return { mark: (state) => stepMark(state, chalk), faint: chalk.dim, strong: chalk.bold }
}

/** A step's title, further in the deeper its group lies. */
export function stepTitle({ path, title }: { readonly path: string; readonly title: string }): string {
  return '  '.repeat(path.split('/').length - 1) + neutralise(title)
}

/**
 * What an entry of the journal says of a step, in one line without its place; `undefined` for entries that say nothing
 * new.
 *
 * @param step the step after the entry
 */
export function entryLine(
  { event }: JournalEntry,
  step: StepRecord,
  palette: StepPalette,
  redact: (text: string) => string,
): string | undefined {
  const title = stepTitle(step)
  const because = (message: string): string => (message === '' ? '' : `: ${oneLine(summaryOf(redact(message)))}`)
  const again = (attempt: number): string => (attempt > 1 ? ` (attempt ${attempt})` : '')
  const took = (durationMs: number): string => palette.faint(`(${formatDuration(durationMs)})`)
  switch (event.type) {
    case 'step-intent':
      return `${palette.mark('running')} ${title}${again(event.attempt)}`
    case 'step-result':
      return `${palette.mark(event.state)} ${title} ${took(event.durationMs)}${event.state === 'done' ? because(event.message) : `  ${event.state}${because(event.message)}`}`
    case 'step-verified':
      if (event.answer === 'holds') return `${palette.mark('verified')} ${title}  verified`
      return `${palette.mark(step.state)} ${title}  its verification ${event.answer === 'cannot-tell' ? 'gave no answer' : 'does not hold'}${because(event.message)}`
    case 'step-skipped':
      return `${palette.mark('skipped')} ${title}  skipped${because(event.reason)}`
    case 'step-approved':
      return `${palette.mark('running')} ${title}  approved by ${neutralise(event.operator.user)}`
    case 'undo-intent':
      return `${palette.mark('undone')} undo of ${neutralise(step.title)}${again(event.attempt)}`
    case 'undo-result':
      return `${palette.mark(event.state)} undo of ${neutralise(step.title)} ${took(event.durationMs)}  ${event.state}${because(event.message)}`
    default:
      return undefined
  }
}

/** Lines of a message after its first that are shown; the journal has them all. */
const mostDetails = 20

/**
 * What an entry of the journal says of a step after its line: each check that is not green, for a step that judges
 * checks.
 *
 * @param shown lines that are above it already
 */
export function entryDetails(
  { event }: JournalEntry,
  redact: (text: string) => string,
  shown: ReadonlySet<string> = new Set(),
): readonly string[] {
  if (!('step' in event) || !('message' in event)) return []
  const details = messageLines(redact(event.message))
    .slice(1)
    .map(oneLine)
    .filter((line) => !shown.has(line))
  const rest = details.length - mostDetails
  return rest <= 0
    ? details
    : [...details.slice(0, mostDetails), `… and ${rest} more lines: \`preflight runbook status\` shows them all`]
}

/**
 * What an entry says of the run as a whole; `undefined` for one that is about a step, and for its end, which is
 * reported in full.
 */
export function runLine(
  { event }: JournalEntry,
  palette: StepPalette,
  redact: (text: string) => string,
): string | undefined {
  if (event.type === 'requirements-judged') {
    const { requirements } = event
    const missing = requirements.filter(({ holds }) => !holds).length
    const found = missing === 0 ? 'nothing is missing' : `${missing} missing`
    return `${palette.mark(missing === 0 ? 'done' : 'failed')} ${counted(requirements.length, 'requirement')} checked: ${found}`
  }
  if (event.type !== 'undo-started') return undefined
  return `${palette.mark('undone')} ${palette.strong('taking back what was done')}${event.reason === '' ? '' : `: ${oneLine(redact(event.reason))}`}`
}

/** The path of the step that an entry is about. */
export function stepOf({ event }: JournalEntry): string | undefined {
  return 'step' in event ? event.step : undefined
}

/** What a run is busy with: a step, what comes after its end, or its undo. */
export interface Running {
  readonly path: string
  readonly activity: 'step' | 'undo' | 'verification' | 'pause'
  readonly attempt: number
  /** When it began, in milliseconds on the view's clock. */
  readonly since: number
}

/** Milliseconds after a step's end until there is anything to say of what follows: mostly it is the next step. */
const settlingTime = 300

/** What a run is busy with after an entry about a step. */
export function runningAfter(event: JournalEvent, path: string, now: number): Running | undefined {
  switch (event.type) {
    case 'step-intent':
      return { path, activity: 'step', attempt: event.attempt, since: now }
    case 'undo-intent':
      return { path, activity: 'undo', attempt: event.attempt, since: now }
    case 'step-result':
      if (event.state === 'done') return { path, activity: 'verification', attempt: 1, since: now }
      return event.state === 'failed' ? { path, activity: 'pause', attempt: 1, since: now } : undefined
    default:
      return undefined
  }
}

/** In one line; nothing where it is too early to tell. */
export function runningText({ activity, attempt, since }: Running, title: string, now: number): string | undefined {
  const time = formatDuration(now - since)
  switch (activity) {
    case 'step':
      return `${neutralise(title)}  ${time}${attempt > 1 ? `  attempt ${attempt}` : ''}`
    case 'undo':
      return `undo of ${neutralise(title)}  ${time}${attempt > 1 ? `  attempt ${attempt}` : ''}`
    case 'verification':
      return now - since < settlingTime ? undefined : `${neutralise(title)}  being verified  ${time}`
    case 'pause':
      return now - since < settlingTime
        ? undefined
        : `${neutralise(title)}  failed; the next action is still to come  ${time}`
  }
}
