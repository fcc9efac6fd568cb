import type { CheckResult } from '../../checks/result/report.js'
import type { Status } from '../../base/vocabulary.js'
import { noteOf } from '../wording/finding.js'
import { clip, longest } from './clip.js'
import { html, type Markup } from './html-markup.js'
import { checkLink, type Page, type Part } from './html-page.js'
import { badge } from './status.js'

/** Checks that are red nowhere and have not passed, each with its reason: none may disappear. */
export const noteSection: Part = (page) => {
  const noted = (['waived', 'warn'] as const).flatMap((status) => withStatus(page, status))
  if (noted.length === 0) return undefined
  return html`<section id="notes" aria-labelledby="notes-heading">
  <h2 id="notes-heading">Warnings and waivers</h2>
  <ul class="notes" role="list">${noted.map((check) => note(check, page))}</ul>
</section>`
}

function withStatus({ document }: Page, status: Status): readonly CheckResult[] {
  return document.checks.filter((check) => check.status === status)
}

function note(check: CheckResult, page: Page): Markup {
  return html`<li>${badge(check.status)} ${checkLink(check.id, page)}
    <p>${clip(noteOf(check), longest.prose)}</p>
  </li>`
}
