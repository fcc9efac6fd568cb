import { formatDuration } from '../../base/time/duration.js'
import type { CheckResult } from '../../checks/result/report.js'
import { stages, severities, statuses } from '../../base/vocabulary.js'
import { isRed } from '../wording/verdict-words.js'
import { cardLink } from './actions.js'
import { authored, expressions, facts, fix, found, particulars } from './check-details.js'
import { clip, clipLine, longest, breakable, type Page, type PagePart, badge, tones, icon } from './html-page.js'
import { html, type Markup } from '../../base/text/markup.js'

/** Every check of the run, by stage, in the order of the plan; each opens on what is known of it. */
export const checkSection: PagePart = (page) => {
  const { checks } = page.document
  if (checks.length === 0) return undefined
  const groups = stages
    .map((stage) => ({ stage, group: checks.filter((check) => check.stage === stage) }))
    .filter(({ group }) => group.length > 0)
  return html`<section id="checks" aria-labelledby="checks-heading">
  <h2 id="checks-heading">All checks <span class="soft">(${checks.length})</span></h2>
  ${filters(checks)}
  ${groups.map(
    ({ stage, group }) => html`<div class="stage">
    <h3>${stage} <span class="soft">(${group.length})</span></h3>
    ${listOf(
      group.filter((check) => !isPlainlyGreen(check)),
      page,
    )}
    ${folded(group.filter(isPlainlyGreen), page)}
  </div>`,
  )}
</section>`
}

/** Neither wrong nor let through for a reason that has to be read. */
function isPlainlyGreen({ status }: CheckResult): boolean {
  return status === 'pass' || status === 'not-applicable'
}

function listOf(checks: readonly CheckResult[], page: Page): Markup | undefined {
  return checks.length === 0
    ? undefined
    : html`<ul class="checks" role="list">${checks.map((check) => row(check, page))}</ul>`
}

/** What is green takes a line for each stage until somebody opens it. */
function folded(checks: readonly CheckResult[], page: Page): Markup | undefined {
  if (checks.length === 0) return undefined
  const passed = checks.filter(({ status }) => status === 'pass').length
  const parts = [
    ...(passed === 0 ? [] : [`${passed} passed`]),
    ...(passed === checks.length ? [] : [`${checks.length - passed} not applicable`]),
  ]
  return html`<details class="greens"><summary>${parts.join(', ')}</summary>${listOf(checks, page)}</details>`
}

function row(check: CheckResult, page: Page): Markup {
  const { durationMs, id, message, severity, stage, startedAt, status, title } = check
  return html`<li data-status="${status}" data-stage="${stage}" data-severity="${severity}"><details class="check ${tones[status]}" id="${page.anchors.row(id)}">
    <summary>${badge(status)}<span class="name"><code>${breakable(clipLine(id, longest.id))}</code> <span class="title">${clipLine(title, longest.line)}</span>${status === 'pass' || message === '' ? undefined : html` <span class="said">${clipLine(message, longest.line)}</span>`}</span><span class="meta"><span>${severity}</span> <span>${startedAt === null ? '–' : formatDuration(durationMs)}</span></span></summary>
    <div class="body">${body(check, page)}</div>
  </details></li>`
}

/** What is known of a check. Where a card says it already, the way to the card. */
function body(check: CheckResult, page: Page): Markup {
  const whole =
    check.title.length > longest.line
      ? html`<p class="should">${authored(clip(check.title, longest.prose))}</p>`
      : undefined
  const link = cardLink(check, page)
  if (link !== undefined && check.blockedBy === null) return html`${link}${whole}${particulars(check)}`
  const remedy = isRed(check) || check.status === 'warn' || check.status === 'waived' ? fix(check) : undefined
  return html`${link}${whole}${found(check)}${remedy}${expressions(check)}${particulars(check)}${facts(check, { isOpen: true })}`
}

/**
 * What narrows the list down. Without the page's script it would do nothing, so it stays hidden until the script shows
 * it.
 */
function filters(checks: readonly CheckResult[]): Markup {
  return html`<form id="filters" class="filters" role="search" aria-label="Checks" hidden>
    <label class="find"><span>Text</span> <input type="search" name="text" autocomplete="off" spellcheck="false" placeholder="id, title, message, facts"></label>
    ${choice(
      'Stage',
      'stage',
      present(
        stages,
        checks.map(({ stage }) => stage),
      ),
    )}
    ${choice(
      'Severity',
      'severity',
      present(
        severities,
        checks.map(({ severity }) => severity),
      ),
    )}
    <fieldset><legend>Status</legend>${present(
      statuses,
      checks.map(({ status }) => status),
    ).map(
      ({ name, count }) =>
        html`<label class="chip ${tones[name]}"><input type="checkbox" name="status" value="${name}"> <span>${icon(name)} ${name} <span class="count">${count}</span></span></label>`,
    )}</fieldset>
    <p class="shown"><output id="shown">${checks.length} of ${checks.length} shown</output> <span class="buttons"><button type="reset">Show all</button> <button type="button" id="unfold">Open all</button></span></p>
  </form>`
}

function choice(
  label: string,
  name: string,
  options: readonly { readonly name: string; readonly count: number }[],
): Markup {
  return html`<label><span>${label}</span> <select name="${name}"><option value="">all</option>${options.map((option) => html`<option value="${option.name}">${option.name} (${option.count})</option>`)}</select></label>`
}

/** Those of the words that occur, in their order, and how often. */
function present<Word extends string>(
  words: readonly Word[],
  found: readonly Word[],
): readonly { readonly name: Word; readonly count: number }[] {
  return words
    .map((name) => ({ name, count: found.filter((each) => each === name).length }))
    .filter(({ count }) => count > 0)
}
