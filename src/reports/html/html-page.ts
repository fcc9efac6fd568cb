import type { CheckResult, ResultDocument } from '../../checks/result/report.js'
import { rootCauses, type Cause } from './root-causes.js'
import { html, Markup } from '../../base/text/markup.js'
import { beginningOf } from '../wording/finding.js'
import type { Status } from '../../base/vocabulary.js'
import type { VerdictWords } from '../wording/verdict-words.js'

/** What every part of the page is made from: the document, and what is worked out of it once. */
export interface Page {
  readonly document: ResultDocument
  readonly anchors: Anchors
  readonly causes: readonly Cause[]
  /** The check of an id; with two of the same id the first. */
  checkOf(id: string): CheckResult | undefined
}

/** A part of the page; `undefined` when it has nothing to say. */
export type PagePart = (page: Page) => Markup | undefined

export function pageOf(document: ResultDocument): Page {
  const byId = new Map(document.checks.toReversed().map((check) => [check.id, check]))
  return {
    document,
    anchors: anchorsOf(document.checks),
    causes: rootCauses(document.checks),
    checkOf: (id) => byId.get(id),
  }
}

/** The id of a check, leading to its row in the list. */
export function checkLink(id: string, { anchors }: Page): Markup {
  const text = html`<code>${breakable(clipLine(id, longest.id))}</code>`
  const anchor = anchors.row(id)
  return anchor === undefined ? text : html`<a href="#${anchor}">${text}</a>`
}

/** An id that may be broken behind its slashes, so that narrow columns break it between its parts. */
export function breakable(id: string): readonly Markup[] {
  return id.split('/').map((part, index, parts) => (index === parts.length - 1 ? html`${part}` : html`${part}/<wbr>`))
}

/**
 * Where the checks of a page can be linked to, by their ids. A check has a row, and a card as well when it is a cause
 * to mend.
 */
interface Anchors {
  /** The name of the place, without `#`; `undefined` for a check the page does not hold. */
  row(id: string): string | undefined
  card(id: string): string | undefined
}

const longestName = 120

/** Names that stay the same from run to run and need no escaping in an id, a link or a selector's quotes. */
export function anchorsOf(checks: readonly CheckResult[]): Anchors {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const [index, { id }] of checks.entries()) {
    if (names.has(id)) continue
    const plain = id.slice(0, longestName).replace(/[^\w./-]/g, '_')
    const name = taken.has(plain) ? `${plain}~${index}` : plain
    taken.add(name)
    names.set(id, name)
  }
  const place = (kind: string) => (id: string) => (names.has(id) ? `${kind}/${names.get(id)}` : undefined)
  return { row: place('check'), card: place('cause') }
}

/** A share as an attribute of SVG: `12.5%`. */
export function percentAttribute(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`
}

/**
 * Bounds of what a page shows of one text, in UTF-16 code units: it stays readable and quick whatever a server said.
 */
export const longest = { id: 200, line: 240, prose: 2000, value: 1000 } as const

/** The text, or its beginning and how much is missing. The whole is in the result document. */
export function clip(text: string, limit: number): string {
  const head = beginningOf(text, limit)
  return head === text ? text : `${head} (${text.length - head.length + 1} characters more, in the result document)`
}

/** The text on one line, its end given up for `…`. */
export function clipLine(text: string, limit: number): string {
  const beginning = text.slice(0, limit * 4)
  const line = beginningOf(beginning.replace(/\s+/g, ' ').trim(), limit)
  return beginning === text || line.endsWith('…') ? line : `${line}…`
}

const mostOpenRows = 150

/** A list, folded away until somebody asks for it when it is long. */
export function folded(list: Markup, rows: number): Markup {
  return rows <= mostOpenRows
    ? list
    : html`<details class="folded"><summary>All ${rows} rows</summary>${list}</details>`
}

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
