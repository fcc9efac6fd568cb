import { clip, longest, type Page, checkLink, type PagePart, badge } from './html-page.js'
import { html, type Markup } from '../../base/text/markup.js'
import { moment } from './masthead.js'
import type { CheckResult } from '../../checks/result/report.js'
import type { Status } from '../../base/vocabulary.js'
import { noteOf } from '../wording/finding.js'
import { needsForest } from './needs-forest.js'

/** What makes the page comparable with another: the particulars in full. */
export function footer({ document: { run, tool } }: Page): Markup {
  return html`<footer>
  <p>Written by ${tool.name} ${clip(tool.version, longest.id)} for the run <code>${clip(run.id, longest.id)}</code>${run.finishedAt === null ? ', which did not end' : html`, which ended ${moment(run.finishedAt)}`}.</p>
  <p>Definitions <code>${clip(run.definitionsDigest, longest.id)}</code>${run.git === null ? undefined : html`; commit <code>${clip(run.git.commit, longest.id)}</code>${run.git.dirty ? ' with uncommitted changes' : ''}`}.</p>
  <p>This page is self-contained and loads nothing. What is cut short here is complete in the result document (<code>--format json</code>).</p>
</footer>`
}

/** Checks that are red nowhere and have not passed, each with its reason: none may disappear. */
export const noteSection: PagePart = (page) => {
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

/** The way to the sections there are. */
export function navigation({ causes, document }: Page): Markup | undefined {
  const { checks, diagnostics = [], run } = document
  const noted = checks.filter(({ status }) => status === 'warn' || status === 'waived').length
  const omitted = new Set([...run.selection.skipped, ...run.selection.deselectedIds]).size
  const links = [
    { to: 'to-do', text: 'What to do', count: causes.length + diagnostics.length },
    { to: 'notes', text: 'Warnings and waivers', count: noted },
    { to: 'not-covered', text: 'Not covered', count: omitted },
    { to: 'checks', text: 'All checks', count: checks.length },
    {
      to: 'timeline',
      text: 'Timeline',
      count: checks.filter(({ startedAt }) => startedAt !== null && !Number.isNaN(Date.parse(startedAt))).length,
    },
    { to: 'needs', text: 'What needs what', count: needsForest(checks).branches.length },
  ].filter(({ count }) => count > 0)
  if (links.length < 2) return undefined
  return html`<nav aria-label="Sections"><ul>${links.map(({ to, text, count }) => html`<li><a href="#${to}">${text} <span class="count">${count}</span></a></li>`)}</ul></nav>`
}

const mostDiagnostics = 500

/** Why nothing ran: every problem at its place. */
export const diagnosticSection: PagePart = ({ document: { diagnostics = [] } }) => {
  if (diagnostics.length === 0) return undefined
  const rest = diagnostics.length - mostDiagnostics
  return html`<section id="to-do" aria-labelledby="to-do-heading">
  <h2 id="to-do-heading">What to fix before anything can run</h2>
  <ol class="diagnostics" role="list">${diagnostics.slice(0, mostDiagnostics).map(
    ({ file, line, column, code, message, hint }) => html`<li class="card bad">
    <p class="place"><code>${clip(file, longest.line)}:${line}:${column}</code> <span class="badge plain">${clip(code, longest.id)}</span></p>
    <p class="message">${clip(message, longest.prose)}</p>
    ${hint === undefined ? undefined : html`<div class="fix"><span class="label">Hint</span> <p>${clip(hint, longest.prose)}</p></div>`}
  </li>`,
  )}</ol>
  ${rest > 0 ? html`<p class="soft">${rest} more are in the result document.</p>` : undefined}
</section>`
}

/** What the run did not cover: skipped on purpose, or not selected. */
export const omittedSection: PagePart = ({ document }) => {
  const { skipped, deselectedIds } = document.run.selection
  const isSkipped = new Set(skipped)
  const others = deselectedIds.filter((id) => !isSkipped.has(id))
  if (skipped.length + others.length === 0) return undefined
  return html`<section id="not-covered" aria-labelledby="not-covered-heading">
  <h2 id="not-covered-heading">Not covered by this run</h2>
  <p class="lead">These checks did not run. This report makes no statement about them.</p>
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
