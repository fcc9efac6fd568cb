import { z } from 'zod'
import type { LabelledMetric } from '../../../net/prometheus/exposition.js'
import { isClass, matches, readsClass, whereSchema, type Where } from './label-condition.js'

/** A part of a metric, by its labels. */
export const seriesSchema = z.strictObject({
  metric: z
    .string()
    .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'expected the name of a metric')
    .describe('a counter, as the page names it: `http_requests_total`, `…_count`'),
  where: whereSchema.describe(
    'labels that its label sets must have: a value, a list of values, or `not` with one of these; "5xx" is a class of status',
  ),
})

export type Series = z.output<typeof seriesSchema>

/** What one page says of a series: the value of each of its label sets, or why that cannot be compared. */
export type SeriesReading = { readonly values: ReadonlyMap<string, number> } | { readonly flaw: string }

/** The metric by which clients of Prometheus say when their process started. */
export const startMetric = 'process_start_time_seconds'

/**
 * @param metric `undefined` where the page has none of that name
 * @param type what the metric must be, where the page says what it is
 */
export function readSeries(
  metric: LabelledMetric | undefined,
  { metric: name, where }: Series,
  type: 'counter' | 'gauge',
): SeriesReading {
  if (metric === undefined) return { flaw: `${name} is not on the page` }
  if (metric.flaw !== '') return { flaw: metric.flaw }
  if (![type, 'untyped', ''].includes(metric.type))
    return { flaw: `${name} is not a ${type}: the page says ${metric.type}` }
  const mistake = mistakeIn(where, metric)
  return mistake === undefined ? readValues(metric, { metric: name, where }) : { flaw: `${name} ${mistake}` }
}

/** A condition that no label set of a metric can ever fit, or ever fail: most likely it is misspelt. */
function mistakeIn(where: Where, { samples }: LabelledMetric): string | undefined {
  for (const [label, condition] of Object.entries(where)) {
    const values = samples.flatMap(({ labels }) => labels.get(label) ?? [])
    if (values.length === 0) return `has no label ${label}`
    if (readsClass(condition) && !values.some((value) => isClass(value) || /^[1-5]\d\d$/.test(value)))
      return `has no status in its label ${label}`
  }
  return undefined
}

function readValues({ samples }: LabelledMetric, { metric, where }: Series): SeriesReading {
  const values = new Map<string, number>()
  for (const { labels, value } of samples) {
    if (!matches(where, labels)) continue
    const set = labelSetText(metric, labels)
    if (values.has(set)) return { flaw: `the page has ${shown(set)} twice` }
    if (!Number.isFinite(value) || value < 0) return { flaw: `${shown(set)} is ${value}, which no counter is` }
    values.set(set, value)
  }
  return { values }
}

/** The same for the same labels, in whatever order a page has them; a label without a value is as good as none. */
function labelSetText(metric: string, labels: ReadonlyMap<string, string>): string {
  const written = [...labels].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1))
  return `${metric}{${written.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',')}}`
}

const longestShown = 300

/** Never a part of a text: what begins a secret would not be known as one. */
export function shown(labelSet: string): string {
  return labelSet.length <= longestShown
    ? labelSet
    : `a label set of ${labelSet.slice(0, labelSet.indexOf('{'))} (${labelSet.length} characters)`
}
