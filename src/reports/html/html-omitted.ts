import { clip, longest } from './clip.js'
import { html, type Markup } from './html-markup.js'
import type { Part } from './html-page.js'

/** What the run did not cover: skipped on purpose, or not selected. */
export const omittedSection: Part = ({ document }) => {
  const { skipped, deselectedIds } = document.run.selection
  const isSkipped = new Set(skipped)
  const others = deselectedIds.filter((id) => !isSkipped.has(id))
  if (skipped.length + others.length === 0) return undefined
  return html`<section id="not-covered" aria-labelledby="not-covered-heading">
  <h2 id="not-covered-heading">Not covered by this run</h2>
  <p class="lead">Nothing is known of these, and this report says nothing for them.</p>
  ${group('Skipped with --skip', skipped)}${group('Not selected', others)}
</section>`
}

/** Ids by their folder, so that a whole area takes a line. */
function group(heading: string, ids: readonly string[]): Markup | undefined {
  if (ids.length === 0) return undefined
  const folders = new Map<string, string[]>()
  for (const id of ids) {
    const end = id.lastIndexOf('/')
    const folder = id.slice(0, Math.max(end, 0))
    const names = folders.get(folder) ?? []
    names.push(id.slice(end + 1))
    folders.set(folder, names)
  }
  const rows = [...folders].map(
    ([folder, names]) =>
      html`<div><dt><code>${clip(folder, longest.id)}</code> <span class="soft">(${names.length})</span></dt><dd>${clip(names.join(', '), longest.prose * 4)}</dd></div>`,
  )
  return html`<h3>${heading} <span class="soft">(${ids.length})</span></h3><dl class="particulars">${rows}</dl>`
}
