import { formatDuration } from '../../base/time/duration.js'
import type { CheckResult } from '../../checks/result/report.js'
import { clockTime } from './check-details.js'
import { folded } from './folded.js'
import { html, type Markup } from './html-markup.js'
import { checkLink, type Page, type Part } from './html-page.js'
import { percent } from './share-percent.js'
import { mark, tones } from './status.js'
import { tickLabel, timeScale, type TimeScale } from './time-scale.js'

interface Bar {
  readonly check: CheckResult
  /** Milliseconds after the first check started. */
  readonly start: number
}

/** When each check was looked at, and for how long: the run as a waterfall, in the order in which they started. */
export const timelineSection: Part = (page) => {
  const started = page.document.checks.flatMap((check) => {
    const at = check.startedAt === null ? Number.NaN : Date.parse(check.startedAt)
    return Number.isNaN(at) ? [] : [{ check, at }]
  })
  if (started.length === 0) return undefined
  const origin = started.reduce((least, { at }) => Math.min(least, at), Infinity)
  const bars = started.map(({ check, at }) => ({ check, start: at - origin })).toSorted((a, b) => a.start - b.start)
  const scale = timeScale(bars.reduce((most, { check, start }) => Math.max(most, start + check.durationMs), 0))
  const idle = page.document.checks.length - bars.length
  const first = bars[0]?.check.startedAt ?? ''
  return html`<section id="timeline" aria-labelledby="timeline-heading">
  <h2 id="timeline-heading">Timeline</h2>
  <p class="lead">From the start of the first check, ${clockTime(first)}.${idle === 0 ? '' : ` ${idle === 1 ? 'One check was' : `${idle} checks were`} never started.`}</p>
  ${folded(waterfall(bars, scale, page), bars.length)}
</section>`
}

function waterfall(bars: readonly Bar[], scale: TimeScale, page: Page): Markup {
  const last = scale.ticks.length - 1
  const labels = scale.ticks.map(
    (tick, index) =>
      html`<text x="${percent(index / last)}" y="12" class="${index === 0 ? 'from' : index === last ? 'to' : 'at'}">${tickLabel(tick)}</text>`,
  )
  return html`<div class="waterfall parts-${last}">
    <div class="axis" aria-hidden="true"><svg width="100%" height="16" focusable="false">${labels}</svg></div>
    <ol role="list">${bars.map((bar) => barRow(bar, scale, page))}</ol>
  </div>`
}

function barRow({ check, start }: Bar, { span }: TimeScale, page: Page): Markup {
  const remarks = [check.status === 'pass' ? '' : check.status, check.attempts > 1 ? `${check.attempts} attempts` : '']
    .filter((remark) => remark !== '')
    .join(', ')
  return html`<li><span class="label-of">${mark(check.status)} ${checkLink(check.id, page)}${remarks === '' ? undefined : html` <span class="soft">${remarks}</span>`}</span><span class="lane"><svg width="100%" height="14" aria-hidden="true" focusable="false"><rect class="bar-${tones[check.status]}" x="${percent(start / span)}" y="2" width="${percent(check.durationMs / span)}" height="10" rx="2"/></svg></span><span class="took">${formatDuration(check.durationMs)}</span></li>`
}
