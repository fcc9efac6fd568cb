import { formatDuration } from '../../base/time/duration.js'
import { neutralise, withoutLogCommands } from '../../base/text/terminal-text.js'
import type { Waiting } from '../check-event.js'
import type { Outcome } from '../outcome.js'
import type { CheckProgress } from './progress.js'

/** A message may be a server's whole reply; the report has it all. */
const longestMessage = 300

/** How a check ended, in one line without its mark: the title when all is well, what was met when it is not. */
export function finishedPhrase(
  { definition }: CheckProgress,
  outcome: Outcome,
  redact: (text: string) => string,
): string {
  if (outcome.status === 'pass')
    return neutralise(`${definition.id}  ${definition.title}  ${formatDuration(outcome.durationMs)}`)
  const message = oneLine(redact(outcome.message))
  return `${neutralise(definition.id)}  ${outcome.status}${message === '' ? '' : `: ${message}`}`
}

/** What a running check is doing. */
export function runningPhrase(check: CheckProgress, now: number): string {
  const attempt = check.attempt > 1 ? `  attempt ${check.attempt}` : ''
  const rung = check.rung === '' ? '' : `  reached ${check.rung}`
  return neutralise(`${check.definition.id}  ${formatDuration(now - check.startedAt)}${attempt}${rung}`)
}

/** What is waited for: the first of them with what it met, and how many others. Empty when nothing is. */
export function waitingPhrase({ on, remaining }: Waiting, redact: (text: string) => string): string {
  const [first, ...others] = on
  if (first === undefined) return ''
  const met = oneLine(redact(first.message))
  return `waiting for ${neutralise(first.id)}${met === '' ? '' : `: ${met}`}${others.length === 0 ? '' : ` (and ${others.length} more)`}, ${formatDuration(remaining)} left`
}

/**
 * One line that neither a terminal nor a build server obeys. Shortened only after redaction: the head of a secret would
 * not be recognised.
 */
export function oneLine(text: string): string {
  const line = withoutLogCommands(neutralise(text.replace(/\s+/g, ' ').trim()))
  const characters = [...line]
  return characters.length <= longestMessage ? line : `${characters.slice(0, longestMessage).join('')}…`
}
