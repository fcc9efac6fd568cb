import { html, type Markup } from './html-markup.js'
import { needsForest } from './needs-forest.js'
import type { Page } from './html-page.js'

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
