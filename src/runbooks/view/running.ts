import { formatDuration } from '../../base/time/duration.js'
import { neutralise } from '../../base/text/terminal-text.js'
import type { JournalEvent } from '../record/journal.js'

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
      return now - since < settlingTime ? undefined : `${neutralise(title)}  failed; what follows is to come  ${time}`
  }
}
