import { clip, longest } from './clip.js'
import { html } from './html-markup.js'
import type { Part } from './html-page.js'

const mostDiagnostics = 500

/** Why nothing ran: every problem at its place. */
export const diagnosticSection: Part = ({ document: { diagnostics = [] } }) => {
  if (diagnostics.length === 0) return undefined
  const rest = diagnostics.length - mostDiagnostics
  return html`<section id="to-do" aria-labelledby="to-do-heading">
  <h2 id="to-do-heading">What to mend before anything can run</h2>
  <ol class="diagnostics" role="list">${diagnostics.slice(0, mostDiagnostics).map(
    ({ file, line, column, code, message, hint }) => html`<li class="card bad">
    <p class="place"><code>${clip(file, longest.line)}:${line}:${column}</code> <span class="badge plain">${clip(code, longest.id)}</span></p>
    <p class="message">${clip(message, longest.prose)}</p>
    ${hint === undefined ? undefined : html`<div class="fix"><span class="label">Hint</span> <p>${clip(hint, longest.prose)}</p></div>`}
  </li>`,
  )}</ol>
  ${rest > 0 ? html`<p class="soft">${rest} more stand in the result document.</p>` : undefined}
</section>`
}
