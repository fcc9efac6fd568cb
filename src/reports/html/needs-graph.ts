import { isRed } from '../wording/red.js'
import { folded } from './folded.js'
import { html, type Markup } from './html-markup.js'
import { needsForest, type Branch } from './needs-forest.js'
import { checkLink, type Page, type Part } from './html-page.js'
import { mark } from './status.js'

/** Pixels from one column of the drawing to the next, and from the top of a row to the middle of its first line. */
const column = 18
const middle = 13
/** Deeper branches stay in this column, so that the names keep their room on a phone. */
const deepestColumn = 9

/** What waits for what: every check below what it needs. */
export const needsSection: Part = (page) => {
  const { branches, lone } = needsForest(page.document.checks)
  if (branches.length === 0) return undefined
  const rest =
    lone === 0
      ? ''
      : ` ${lone === 1 ? 'One check stands' : `${lone} checks stand`} alone and ${lone === 1 ? 'is' : 'are'} not shown.`
  return html`<section id="needs" aria-labelledby="needs-heading">
  <h2 id="needs-heading">What needs what</h2>
  <p class="lead">A check stands below what it needs, and starts when that is green.${rest}</p>
  ${folded(html`<ul class="needs" role="list">${branches.map((branch) => row(branch, page))}</ul>`, branches.length)}
</section>`
}

function row(branch: Branch, page: Page): Markup {
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
function gutter({ check, depth, isLast, trunks }: Branch): Markup | undefined {
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
