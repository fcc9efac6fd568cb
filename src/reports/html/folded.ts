import { html, type Markup } from './html-markup.js'

const mostOpenRows = 150

/** A list, folded away until somebody asks for it when it is long. */
export function folded(list: Markup, rows: number): Markup {
  return rows <= mostOpenRows
    ? list
    : html`<details class="folded"><summary>All ${rows} rows</summary>${list}</details>`
}
