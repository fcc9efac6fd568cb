import { clip, longest } from './clip.js'
import { html, type Markup } from './html-markup.js'
import type { Part } from './html-page.js'

/** What is to be known of the run as a whole; it stands with the verdict, since it says how far the verdict goes. */
export const notices: Part = ({ document: { notices: all = [] } }): Markup | undefined =>
  all.length === 0
    ? undefined
    : html`<ul class="notices doubtful" role="list" aria-label="Notices">${all.map((notice) => html`<li>${clip(notice, longest.prose)}</li>`)}</ul>`
