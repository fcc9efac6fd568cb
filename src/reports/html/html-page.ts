import type { CheckResult, ResultDocument } from '../../checks/result/report.js'
import { anchorsOf, type Anchors } from './anchor-names.js'
import { clipLine, longest } from './clip.js'
import { html, type Markup } from './html-markup.js'
import { rootCauses, type Cause } from './root-causes.js'

/** What every part of the page is made from: the document, and what is worked out of it once. */
export interface Page {
  readonly document: ResultDocument
  readonly anchors: Anchors
  readonly causes: readonly Cause[]
  /** The check of an id; with two of the same id the first. */
  checkOf(id: string): CheckResult | undefined
}

/** A part of the page; `undefined` when it has nothing to say. */
export type Part = (page: Page) => Markup | undefined

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
