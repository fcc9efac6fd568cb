import { createHash } from 'node:crypto'
import type { Requirements } from '../../checks/requirements.js'
import { html, type Markup } from '../../base/text/markup.js'
import { introductionOf, sectionsOf, titleOf, type RequirementsSection } from './sections.js'
import { code, inline, table } from '../../base/text/markdown-text.js'

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #8886;padding:.35rem .5rem;text-align:left;vertical-align:top}
code{overflow-wrap:anywhere}`

/** The only style that may take effect is this one; nothing may be loaded from anywhere. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`

/** What a deployment must bring, as a page of its own. */
export function requirementsHtml(requirements: Requirements): string {
  const title = titleOf(requirements)
  const head = html`<meta charset="utf-8" /><meta http-equiv="Content-Security-Policy" content="${policy}" /><meta name="viewport" content="width=device-width" /><title>${title}</title>`
  const body = html`<h1>${title}</h1><p>${introductionOf(requirements)}</p>${sectionsOf(requirements).map(sectionHtml)}`
  // The policy names the digest of the style, which must be there to the letter.
  return `<!doctype html>\n<html lang="en"><head>${head.toString()}<style>${style}</style></head><body>${body.toString()}</body></html>\n`
}

function sectionHtml({ title, about, head, rows }: RequirementsSection): Markup {
  const cells = rows.map(
    (row) =>
      html`<tr>${row.map(
        (cell) =>
          html`<td>${cell.map((piece) => (typeof piece === 'string' ? piece : html`<code>${piece.code}</code>`))}</td>`,
      )}</tr>`,
  )
  return html`<h2>${title}</h2><p>${about}</p><table><thead><tr>${head.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>${cells}</tbody></table>`
}

/** What a deployment must bring, as Markdown. */
export function requirementsMarkdown(requirements: Requirements): string {
  const sections = sectionsOf(requirements).flatMap(({ title, about, head, rows }) => [
    `## ${title}`,
    inline(about),
    ...table(
      head,
      rows.map((row) =>
        row.map((cell) => cell.map((piece) => (typeof piece === 'string' ? words(piece) : code(piece.code))).join('')),
      ),
    ),
  ])
  return `${[`# ${inline(titleOf(requirements))}`, inline(introductionOf(requirements)), ...sections].join('\n\n')}\n`
}

/** The blank after a comma stays. */
const words = (text: string): string => (text.endsWith(' ') ? `${inline(text)} ` : inline(text))
