import { createHash } from 'node:crypto'
import { formatDuration } from '../../base/time/duration.js'
import { jsonText } from '../../base/text/json-text.js'
import { html, Markup } from '../../base/text/markup.js'
import { timeText } from '../../base/text/terminal-text.js'
import { stepMarks, stepTones, type RunState } from '../definition/runbook-vocabulary.js'
import { messageLines } from '../record/message-lines.js'
import { stepsInDirection, type RunRecord } from '../record/run-record.js'
import type { StepRecord } from '../record/step-record.js'
import { runStateWords } from '../text/runbook-words.js'
import { itemCounts, itemOutcomes } from './item-outcome.js'
import { pageStyle } from './page-style.js'

/** Nothing is loaded, and nothing but the stylesheet in this program takes effect. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'; base-uri 'none'; form-action 'none'`

const runTones = {
  running: 'doubtful',
  completed: 'good',
  'completed-with-manual': 'good',
  failed: 'bad',
  'not-evaluated': 'doubtful',
  open: 'doubtful',
  undone: 'doubtful',
  'undo-failed': 'bad',
  cancelled: 'doubtful',
  interrupted: 'doubtful',
} as const satisfies Record<RunState, string>

/** The report of a run as a page that a browser opens as it is: the outcome, then what came of each step. Pure. */
export function runPage(record: RunRecord): string {
  const { started, state, exitCode, message, startedAt, lastAt, resumes, operator } = record
  const items = itemOutcomes(record)
  const [summary = '', ...rest] = messageLines(message)
  const facts: readonly (readonly [string, string])[] = [
    ['Run', started.run],
    ['Target', started.target],
    ['Started', `${timeText(startedAt)} by ${started.operator.user} on ${started.operator.host}`],
    [state === 'running' ? 'Last entry' : 'Ended', timeText(lastAt)],
    ...(resumes === 0 ? [] : [['Resumed', `${resumes}×, last by ${operator.user}`] as const]),
    ...(items.length === 0 ? [] : [['Items', itemCounts(items)] as const]),
    ['Plan', started.planHash],
    ['Tool', `preflight ${started.tool}`],
    ...Object.entries(started.parameters).map(
      ([name, each]) => [name, 'value' in each ? (jsonText(each.value) ?? '') : '(secret)'] as const,
    ),
  ]
  const words = new Map(items.map((item) => [item.step.path, item]))
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${started.title}: ${runStateWords[state]}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<header>
<p class="soft">${started.checklist === true ? 'Checklist' : 'Runbook'} <code>${started.runbook}</code>${started.practice ? ', practice: nothing was really done' : ''}</p>
<h1>${started.title}</h1>
<div class="outcome ${runTones[state]}"><p><b>${runStateWords[state]}</b>${exitCode === null ? '' : ` (exit ${exitCode})`}</p>${[summary, ...rest].filter((line) => line !== '').map((line) => html`<p>${line}</p>`)}</div>
</header>
<main>
<dl class="run">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<section>
<h2>${started.checklist === true ? 'Items' : 'Steps'}</h2>
<ol class="steps">
${stepsInDirection(record).map((step) => stepRow(step, words.get(step.path)))}
</ol>
</section>
</main>
</body>
</html>
`.toString()
}

function stepRow(step: StepRecord, item: ReturnType<typeof itemOutcomes>[number] | undefined): Markup {
  const { path, title, state, attempts, durationMs, startedAt, message, approvedBy, resolved } = step
  const when = [
    ...(startedAt === '' ? [] : [timeText(startedAt), `took ${formatDuration(durationMs)}`]),
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(approvedBy === null ? [] : [`approved by ${approvedBy.user}`]),
    ...(resolved === null ? [] : [`${resolved.as} by the word of ${resolved.by.user}`]),
    ...(item === undefined || item.by === '' || resolved !== null ? [] : [`confirmed by ${item.by}`]),
  ]
  const lines = messageLines(item === undefined ? message : item.found)
  return html`<li class="${stepTones[state]}${path.includes('/') ? ' within' : ''}">
<div class="head"><span class="mark" aria-hidden="true">${stepMarks[state]}</span><span>${title} <code>${path}</code></span><span class="state">${item?.words ?? state}</span></div>
<div class="body">${lines.map((line) => html`<p>${line}</p>`)}${when.length === 0 ? undefined : html`<p class="soft">${when.join(' · ')}</p>`}${factList(step)}</div>
</li>
`
}

/** Characters of a value on the page; the journal has all of it. */
const longestValue = 1000

/** What was observed, folded. */
function factList({ facts, outputs }: StepRecord): Markup | undefined {
  const shown = [...Object.entries(facts), ...Object.entries(outputs)].flatMap(([name, value]) => {
    const text = typeof value === 'string' ? value.trim() : (jsonText(value) ?? '')
    return text === '' || text === '[]' || text === '{}' ? [] : [[name, text] as const]
  })
  if (shown.length === 0) return undefined
  return html`<details><summary>what was observed</summary><dl class="facts">${shown.map(([name, text]) => html`<div><dt>${name}</dt><dd><code>${text.length > longestValue ? `${text.slice(0, longestValue)}…` : text}</code></dd></div>`)}</dl></details>`
}
