import type { Counts, ResultDocument } from '../../checks/result/report.js'
import { statuses, type Status } from '../../base/vocabulary.js'
import { icon } from './icons.js'
import { html, type Markup } from './html-markup.js'
import { percent } from './share-percent.js'
import { tones } from './status.js'

/** How many checks ended how: as a bar for the eye, empty where none was looked at, and as words. */
export function tally({ counts }: ResultDocument): Markup | undefined {
  if (counts.selected === 0) return undefined
  const present = statuses
    .map((status) => ({ status, count: countOf(counts, status) }))
    .filter(({ count }) => count > 0)
  const ended = present.reduce((sum, { count }) => sum + count, 0)
  const missing = counts.selected - ended
  const legend = present.map(
    ({ status, count }) => html`<li class="${tones[status]}">${icon(status)} <b>${count}</b> ${status}</li>`,
  )
  const without = missing === 0 ? undefined : html`<li class="neutral"><b>${missing}</b> without an outcome</li>`
  const left =
    counts.deselected === 0 ? undefined : html`<li class="neutral"><b>${counts.deselected}</b> did not run</li>`
  return html`<div class="tally">
    <svg width="100%" height="12" aria-hidden="true" focusable="false">${segments(present, Math.max(ended, counts.selected + counts.deselected))}</svg>
    <ul>${legend}${without}${left}</ul>
  </div>`
}

function segments(
  present: readonly { readonly status: Status; readonly count: number }[],
  whole: number,
): readonly Markup[] {
  let before = 0
  return present.map(({ status, count }) => {
    const x = before
    before += count
    return html`<rect class="fill-${tones[status]}" x="${percent(x / whole)}" width="${percent(count / whole)}" height="12"/>`
  })
}

function countOf(counts: Counts, status: Status): number {
  return status === 'not-applicable' ? counts.notApplicable : counts[status]
}
