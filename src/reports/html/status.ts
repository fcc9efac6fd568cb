import type { Status } from '../../base/vocabulary.js'
import { html, Markup } from '../../base/text/markup.js'
import type { VerdictWords } from '../wording/verdict-words.js'

/** The colour of a thing; never the only sign of it. */
type Tone = 'good' | 'bad' | 'doubtful' | 'held' | 'neutral'

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

/** A status without its word, for places where the word is beside it or goes without saying. */
export function mark(status: Status): Markup {
  return html`<span class="mark ${tones[status]}">${icon(status)}</span>`
}

export function badge(status: Status): Markup {
  return html`<span class="badge ${tones[status]}">${icon(status)} ${status}</span>`
}

/**
 * The marks as drawings of 16 by 16. Not as characters, as on a terminal: many machines have no letter for some of
 * them, and phones replace others by coloured pictures.
 */
const drawings = {
  pass: '<path d="M2.5 8.5 6.2 12.2 13.5 4"/>',
  warn: '<path d="M8 2 14.5 13.5H1.5Z"/><path d="M8 6.5V9.2M8 11.4V11.5"/>',
  fail: '<path d="M3.5 3.5 12.5 12.5M12.5 3.5 3.5 12.5"/>',
  error: '<path d="M8 2V9.5M8 13.4V13.5"/>',
  timeout: '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.2V8L10.6 9.8"/>',
  blocked: '<circle cx="8" cy="8" r="6.2"/><path d="M3.8 12.2 12.2 3.8"/>',
  waived: '<path d="M1.5 6C3.5 3.5 5.5 4 8 6S12.5 8.5 14.5 6M1.5 11C3.5 8.5 5.5 9 8 11S12.5 13.5 14.5 11"/>',
  'not-applicable': '<path d="M3 8H13"/>',
  part: '<circle cx="8" cy="8" r="6.2"/><path fill="currentcolor" d="M8 1.8A6.2 6.2 0 0 0 8 14.2Z"/>',
  incomplete: '<path d="M2.8 8V8.1M8 8V8.1M13.2 8V8.1"/>',
} as const satisfies Record<Status, string> & Record<string, string>

const verdictIcons: Readonly<Record<VerdictWords['kind'], keyof typeof drawings>> = {
  go: 'pass',
  part: 'part',
  'no-go': 'fail',
  incomplete: 'incomplete',
}

/** What `icon` refers to; occurs once on the page, before the first icon. */
export const iconSheet = new Markup(
  `<svg class="sheet" aria-hidden="true">${Object.entries(drawings)
    .map(([name, drawing]) => `<symbol id="icon-${name}" viewBox="0 0 16 16">${drawing}</symbol>`)
    .join('')}</svg>`,
)

/** A status as a drawing, for eyes only: its word is beside it. */
export function icon(status: Status): Markup {
  return drawn(status)
}

export function verdictIcon(kind: VerdictWords['kind']): Markup {
  return drawn(verdictIcons[kind])
}

function drawn(name: keyof typeof drawings): Markup {
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href="#icon-${name}"/></svg>`
}
