import { formatDuration } from '../../base/time/duration.js'
import type { CheckResult } from '../../checks/result/report.js'
import { definitionFields, noteOf, remedyText } from '../wording/finding.js'
import { isRed } from '../wording/verdict-words.js'
import { clip, clipLine, longest } from './html-page.js'
import { html, type Content, type Markup } from '../../base/text/markup.js'

const mostExpectations = 40

/** Text of a pack's author, in which backticks mark code. */
export function authored(text: string): readonly Markup[] {
  const pieces = clip(text, longest.prose).split(/`([^`\n]+)`/)
  return pieces.map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`))
}

/** What was found, in words: the message of each expectation that did not hold, else that of the check. */
export function found(check: CheckResult): Markup {
  const { failedExpectations: failed } = check
  const message = noteOf(check)
  const isSaid = failed.length > 0 && message.endsWith(failed.map((each) => each.message).join('; '))
  const messages = isSaid ? failed.slice(0, mostExpectations).map((each) => each.message) : [message]
  const rest = failed.length - mostExpectations
  return html`
    ${messages.filter((text) => text !== '').map((text) => html`<p class="message">${clip(text, longest.prose)}</p>`)}
    ${rest > 0 ? html`<p class="soft">${rest} more failed expectations are in the result document.</p>` : undefined}`
}

/** Each expectation that did not hold, with the values it found. */
export function expressions({ failedExpectations: failed }: CheckResult): Markup | undefined {
  return failed.length === 0
    ? undefined
    : html`<ul class="expectations">${failed.slice(0, mostExpectations).map(expectation)}</ul>`
}

function expectation({ that, values }: CheckResult['failedExpectations'][number]): Markup {
  const rows = Object.entries(values).slice(0, mostExpectations)
  return html`<li>
    <dl class="particulars">
      <div><dt>test</dt><dd><code>${clip(that, longest.prose)}</code></dd></div>
      ${rows.map(([path, value]) => html`<div><dt>found</dt><dd><code>${clip(path, longest.id)}</code> ${valueOf(value)}</dd></div>`)}
    </dl>
  </li>`
}

function valueOf(value: unknown): Markup {
  return value === null ? html`is absent` : html`is <code>${clip(JSON.stringify(value), longest.value)}</code>`
}

/** The particulars of a check that no sentence needs: why it is asked, where that is written, how long it took. */
export function particulars(check: CheckResult): Markup {
  const { attempts, docs, durationMs, runbook, source, startedAt, subject, why } = check
  const rows: readonly (readonly [string, Content])[] = [
    ['why', why === '' ? undefined : authored(why)],
    [
      'set in',
      subject === undefined
        ? undefined
        : html`<code>${clip(`${subject.file}:${subject.line}`, longest.line)}</code> (${subject.variable})`,
    ],
    ['runbook', runbook === undefined ? undefined : html`<code>preflight runbook show ${runbook}</code>`],
    ['docs', docs === undefined ? undefined : html`<a href="${docs}" rel="noreferrer">${clip(docs, longest.line)}</a>`],
    ['source', source === '' ? undefined : html`<code>${clip(source, longest.line)}</code>`],
    ...definitionFields(check).map(
      ([label, text]) =>
        [label === 'defined' ? 'defined in' : label, html`<code>${clip(text, longest.line)}</code>`] as const,
    ),
    [
      'started',
      startedAt === null
        ? 'never started'
        : `${clockTime(startedAt)}, for ${formatDuration(durationMs)}${attempts > 1 ? `, in ${attempts} attempts` : ''}`,
    ],
  ]
  const said = rows.filter(([, content]) => content !== undefined)
  return html`<dl class="particulars">${said.map(([label, content]) => html`<div><dt>${label}</dt><dd>${content}</dd></div>`)}</dl>`
}

/** What to do, for everything that is not plainly green. */
export function fix(check: CheckResult): Markup {
  return html`<div class="fix"><span class="label">${isRed(check) ? 'Fix' : 'How to fix it'}</span> <p>${authored(check.fix)}</p>${remedy(check)}</div>`
}

function remedy(check: CheckResult): Markup | undefined {
  const text = remedyText(check)
  return text === '' ? undefined : html`<p><code>${clip(text, longest.prose)}</code></p>`
}

/** What was observed. */
export function facts(check: CheckResult, { isOpen }: { readonly isOpen: boolean }): Markup | undefined {
  const { rows, omitted } = factRows(check.facts)
  if (rows.length === 0) return undefined
  const list = html`<dl class="facts">${rows.map(({ path, value }) => html`<div><dt><code>${path}</code></dt><dd><code>${value}</code></dd></div>`)}</dl>`
  const rest = omitted === 0 ? undefined : html`<p class="soft">${omitted} more are in the result document.</p>`
  const heading = html`Facts <span class="soft">(${rows.length + omitted})</span>`
  if (isOpen) return html`<div class="observed"><p class="label">${heading}</p>${list}${rest}</div>`
  return html`<details class="observed"><summary>${heading}</summary>${list}${rest}</details>`
}

/** `2026-01-02T03:04:05.678Z` as `03:04:05.678 UTC`; another form of time as it is. */
export function clockTime(instant: string): string {
  const match = /^\d{4}-\d{2}-\d{2}T(\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)\d*Z$/.exec(instant)
  return match === null ? clipLine(instant, 40) : `${match[1]} UTC`
}

/** One fact by its path from the top: `problem.code`, `servers[0].name`. */
interface FactRow {
  readonly path: string
  /** As JSON, a text without its quotes. */
  readonly value: string
}

interface FactRows {
  readonly rows: readonly FactRow[]
  /** How many values more there are than are shown. */
  readonly omitted: number
}

const mostRows = 120

const deepest = 5

/**
 * Facts as rows; lists of plain values stay on one row. What goes deeper than a reader follows, or is too much, is cut.
 */
export function factRows(facts: Readonly<Record<string, unknown>>): FactRows {
  const rows: FactRow[] = []
  let omitted = 0
  const visit = (value: unknown, path: string, depth: number): void => {
    const parts = depth < deepest ? partsOf(value, path) : undefined
    if (parts !== undefined) for (const [name, part] of parts) visit(part, name, depth + 1)
    else if (rows.length < mostRows)
      rows.push({ path: clip(path, longest.id), value: clip(valueText(value), longest.value) })
    else omitted += 1
  }
  for (const [name, value] of Object.entries(facts)) visit(value, name, 0)
  return { rows, omitted }
}

/** A value for people: text as it is, what is missing as a word, everything else as JSON. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'absent'
  if (typeof value === 'string') return value === '' ? '"" (empty)' : value
  return JSON.stringify(value)
}

/** What a value consists of; `undefined` for one that is shown on a row of its own. */
function partsOf(value: unknown, path: string): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item !== 'object' || item === null)
    return isPlain ? undefined : value.map((item: unknown, index) => [`${path}[${index}]`, item] as const)
  }
  const entries = Object.entries(value)
  return entries.length === 0 ? undefined : entries.map(([name, item]) => [`${path}.${name}`, item] as const)
}
