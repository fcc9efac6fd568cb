import type { Status } from '../../base/vocabulary.js'
import { icon } from './icons.js'
import { html, type Markup } from './html-markup.js'

/** The colour of a thing; never the only sign of it. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'held' | 'neutral'

export const tones: Readonly<Record<Status, Tone>> = {
  pass: 'good',
  warn: 'doubtful',
  fail: 'bad',
  error: 'bad',
  timeout: 'bad',
  blocked: 'held',
  waived: 'doubtful',
  'not-applicable': 'neutral',
}

/** A status without its word, for places where the word stands beside it or goes without saying. */
export function mark(status: Status): Markup {
  return html`<span class="mark ${tones[status]}">${icon(status)}</span>`
}

export function badge(status: Status): Markup {
  return html`<span class="badge ${tones[status]}">${icon(status)} ${status}</span>`
}
