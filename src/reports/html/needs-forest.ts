import type { CheckResult } from '../../checks/result/report.js'
import { isRed } from '../wording/verdict-words.js'
import { folded, checkLink, type Page, type PagePart, mark } from './html-page.js'
import { html, type Markup } from '../../base/text/markup.js'

/** A check in the drawing of what needs what: below the one need that says most of it, the other needs by name. */
interface NeedsBranch {
  readonly check: CheckResult
  /** 0 for a check that needs nothing. */
  readonly depth: number
  /** For each column left of its own whether a line runs through it, to a later branch. */
  readonly trunks: readonly boolean[]
  /** Whether nothing follows below the same need. */
  readonly isLast: boolean
  /** Needs that are not above it already. */
  readonly alsoNeeds: readonly string[]
}

export interface Forest {
  /** From the top to the bottom. */
  readonly branches: readonly NeedsBranch[]
  /** How many checks need nothing and are needed by none. */
  readonly lone: number
}

/** Ids a check waits for; a result of an older version only says what blocked it. */
function needsOf({ blockedBy, needs }: CheckResult): readonly string[] {
  return needs ?? (blockedBy === null ? [] : [blockedBy])
}

/**
 * Orders checks for drawing, each once. In a document needs are before what needs them; one that does not (a damaged
 * document) is only named, so that there are no circles.
 */
export function needsForest(checks: readonly CheckResult[]): Forest {
  const depths = new Map<string, number>()
  const parents = new Map<string, string>()
  const children = new Map<string, CheckResult[]>()
  const seen = new Map<string, CheckResult>()
  for (const check of checks) {
    const above = needsOf(check).flatMap((id) => seen.get(id) ?? [])
    // What holds it up is what a reader looks for; else the need that itself waits longest.
    const parent =
      above.filter(isRed).at(0) ?? above.toSorted((a, b) => (depths.get(b.id) ?? 0) - (depths.get(a.id) ?? 0)).at(0)
    if (seen.has(check.id)) continue
    seen.set(check.id, check)
    depths.set(check.id, parent === undefined ? 0 : (depths.get(parent.id) ?? 0) + 1)
    if (parent === undefined) continue
    parents.set(check.id, parent.id)
    const siblings = children.get(parent.id)
    if (siblings === undefined) children.set(parent.id, [check])
    else siblings.push(check)
  }
  const isAbove = (id: string, check: CheckResult): boolean => {
    for (let at = parents.get(check.id); at !== undefined; at = parents.get(at)) if (at === id) return true
    return false
  }
  const roots = [...seen.values()].filter(({ id }) => !parents.has(id))
  const drawn = roots.filter((root) => children.has(root.id) || needsOf(root).length > 0)
  const branches: NeedsBranch[] = []
  const waiting: NeedsBranch[] = drawn
    .toReversed()
    .map((check) => ({ check, depth: 0, trunks: [], isLast: true, alsoNeeds: needsOf(check) }))
  for (let branch = waiting.pop(); branch !== undefined; branch = waiting.pop()) {
    branches.push(branch)
    const { check, depth, trunks, isLast } = branch
    const below = children.get(check.id) ?? []
    for (const [index, child] of [...below.entries()].toReversed()) {
      waiting.push({
        check: child,
        depth: depth + 1,
        trunks: depth === 0 ? [] : [...trunks, !isLast],
        isLast: index === below.length - 1,
        alsoNeeds: needsOf(child).filter((id) => !isAbove(id, child)),
      })
    }
  }
  return { branches, lone: roots.length - drawn.length }
}

/** Pixels from one column of the drawing to the next, and from the top of a row to the middle of its first line. */
const column = 18

const middle = 13

/** Deeper branches stay in this column, so that the names keep their room on a phone. */
const deepestColumn = 9

/** What waits for what: every check below what it needs. */
export const needsSection: PagePart = (page) => {
  const { branches, lone } = needsForest(page.document.checks)
  if (branches.length === 0) return undefined
  const rest =
    lone === 0
      ? ''
      : ` ${lone === 1 ? 'One check has' : `${lone} checks have`} no dependencies and ${lone === 1 ? 'is' : 'are'} not shown.`
  return html`<section id="needs" aria-labelledby="needs-heading">
  <h2 id="needs-heading">What needs what</h2>
  <p class="lead">A check is listed below the check it needs, and starts when that one is green.${rest}</p>
  ${folded(html`<ul class="needs" role="list">${branches.map((branch) => row(branch, page))}</ul>`, branches.length)}
</section>`
}

function row(branch: NeedsBranch, page: Page): Markup {
  const { alsoNeeds, check, depth } = branch
  const others = alsoNeeds.slice(0, 12).map((id, index) => html`${index === 0 ? '' : ', '}${checkLink(id, page)}`)
  const further = alsoNeeds.length > 12 ? ` and ${alsoNeeds.length - 12} more` : ''
  const also =
    others.length === 0
      ? undefined
      : html` <span class="soft">· ${depth === 0 ? 'needs' : 'also needs'} ${others}${further}</span>`
  const status = check.status === 'pass' ? undefined : html` <span class="soft">${check.status}</span>`
  return html`<li class="column-${Math.min(depth, deepestColumn)}">${gutter(branch)}<span class="node">${mark(check.status)} ${checkLink(check.id, page)}${status}${also}</span></li>`
}

/** The lines left of a name: those that pass it by, and the one that ends at it. */
function gutter({ check, depth, isLast, trunks }: NeedsBranch): Markup | undefined {
  if (depth === 0) return undefined
  const columns = Math.min(depth, deepestColumn)
  const passing = trunks
    .slice(0, columns - 1)
    .flatMap((runs, index) =>
      runs ? [html`<line x1="${centre(index)}" x2="${centre(index)}" y1="0" y2="100%"/>`] : [],
    )
  const x = centre(columns - 1)
  const kind = isRed(check) && check.blockedBy !== null ? 'held-up' : 'open'
  const down = isLast ? undefined : html`<line x1="${x}" x2="${x}" y1="${middle}" y2="100%"/>`
  return html`<svg width="${columns * column}" height="100%" aria-hidden="true" focusable="false">${passing}${down}<path class="${kind}" d="M${x} 0V${middle}H${x + 9}"/></svg>`
}

function centre(columnIndex: number): number {
  return columnIndex * column + 8
}
