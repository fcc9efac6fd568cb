import { formatDuration } from '../../base/time/duration.js'
import type { CheckResult } from '../../checks/result/report.js'
import { clockTime } from './check-details.js'
import { folded, checkLink, type Page, type PagePart, percentAttribute, mark, tones } from './html-page.js'
import { html, type Markup } from '../../base/text/markup.js'

interface Bar {
  readonly check: CheckResult
  /** Milliseconds after the first check started. */
  readonly start: number
}

/** When each check was looked at, and for how long: the run as a waterfall, in the order in which they started. */
export const timelineSection: PagePart = (page) => {
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
      html`<text x="${percentAttribute(index / last)}" y="12" class="${index === 0 ? 'from' : index === last ? 'to' : 'at'}">${tickLabel(tick)}</text>`,
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
  return html`<li><span class="label-of">${mark(check.status)} ${checkLink(check.id, page)}${remarks === '' ? undefined : html` <span class="soft">${remarks}</span>`}</span><span class="lane"><svg width="100%" height="14" aria-hidden="true" focusable="false"><rect class="bar-${tones[check.status]}" x="${percentAttribute(start / span)}" y="2" width="${percentAttribute(check.durationMs / span)}" height="10" rx="2"/></svg></span><span class="took">${formatDuration(check.durationMs)}</span></li>`
}

/** The axis of a timeline: from 0 to a round number of milliseconds, in equal parts. */
interface TimeScale {
  /** Milliseconds from its beginning to its end. */
  readonly span: number
  /** Milliseconds at each line, the first 0, the last the span. */
  readonly ticks: readonly number[]
}

const mostParts = 8

const second = 1000

const minute = 60 * second

const hour = 60 * minute

const roundSteps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 4, 6, 12, 24].map((hours) => hours * hour),
]

/** @param longest milliseconds that must fit; anything that is not above zero counts as one millisecond */
export function timeScale(longest: number): TimeScale {
  const needed = longest > 0 ? longest : 1
  const step =
    roundSteps.find((each) => each * mostParts >= needed) ?? Math.ceil(needed / mostParts / (24 * hour)) * 24 * hour
  const parts = Math.ceil(needed / step)
  return { span: step * parts, ticks: Array.from({ length: parts + 1 }, (_, index) => index * step) }
}

/** A round number of milliseconds, as short as it can be said: `0`, `200ms`, `1.5s`, `2m`, `3h`. */
export function tickLabel(milliseconds: number): string {
  if (milliseconds === 0) return '0'
  if (milliseconds < second) return `${milliseconds}ms`
  if (milliseconds < minute) return `${milliseconds / second}s`
  if (milliseconds % hour === 0) return `${milliseconds / hour}h`
  const minutes = Math.floor(milliseconds / minute)
  const seconds = (milliseconds % minute) / second
  return seconds === 0 ? `${minutes}m` : `${minutes}m${seconds}s`
}
