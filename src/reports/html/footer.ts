import { clip, longest } from './clip.js'
import { html, type Markup } from './html-markup.js'
import { moment } from './masthead.js'
import type { Page } from './html-page.js'

/** What makes the page comparable with another: the particulars in full. */
export function footer({ document: { run, tool } }: Page): Markup {
  return html`<footer>
  <p>Written by ${tool.name} ${clip(tool.version, longest.id)} for the run <code>${clip(run.id, longest.id)}</code>${run.finishedAt === null ? ', which did not end' : html`, which ended ${moment(run.finishedAt)}`}.</p>
  <p>Definitions <code>${clip(run.definitionsDigest, longest.id)}</code>${run.git === null ? undefined : html`; commit <code>${clip(run.git.commit, longest.id)}</code>${run.git.dirty ? ' with uncommitted changes' : ''}`}.</p>
  <p>This page holds all it shows and loads nothing. What is cut short here stands whole in the result document (<code>--format json</code>).</p>
</footer>`
}
