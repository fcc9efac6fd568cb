import type { CheckResult, ResultDocument } from '../../checks/result/report.js'
import { rootCauses, type Cause } from './root-causes.js'
import { html, type Markup } from '../../base/text/markup.js'
import { beginningOf } from '../wording/finding.js'

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
