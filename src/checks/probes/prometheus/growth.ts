import { shown, type SeriesReading } from './series.js'

/** What one observation says of all series. */
export interface PageReading {
  /** Milliseconds of a monotonic clock, when the page began to arrive. */
  readonly at: number
  readonly series: ReadonlyMap<string, SeriesReading>
  /** When the process behind the page says that it started; empty where it does not say so. */
  readonly starts: ReadonlyMap<string, number>
}

/** How much a series grew from the first observation to the last, or why that is not known. */
export type Growth =
  | {
      readonly isKnown: true
      readonly amount: number
      readonly perSecond: number
      readonly labelSets: ReadonlySet<string>
    }
  | { readonly isKnown: false; readonly reason: string }

const unknown = (reason: string): Growth => ({ isKnown: false, reason })

/** @param pages `undefined` for an observation that came to no page */
export function growthOf(name: string, pages: readonly (PageReading | undefined)[]): Growth {
  if (pages.length < 2) return unknown('one observation alone shows no growth')
  const values: ReadonlyMap<string, number>[] = []
  for (const [index, page] of pages.entries()) {
    if (page === undefined) return unknown(`observation ${index + 1} found no page of metrics`)
    const reading = page.series.get(name)!
    if ('flaw' in reading) return unknown(reading.flaw)
    const before = pages[index - 1]
    if (before !== undefined && startedAnew(before, page))
      return unknown('the process behind the page started anew, so its counters did too')
    const change = changeBetween(values.at(-1) ?? reading.values, reading.values)
    if (change !== undefined) return unknown(change)
    values.push(reading.values)
  }
  const seconds = (pages.at(-1)!.at - pages[0]!.at) / 1000
  const [first, last] = [values[0]!, values.at(-1)!]
  let amount = 0
  for (const [labelSet, value] of last) amount += value - first.get(labelSet)!
  if (!Number.isFinite(amount) || !(seconds > 0)) return unknown('its growth is not a number')
  return { isKnown: true, amount, perSecond: amount / seconds, labelSets: new Set(last.keys()) }
}

/** What hides how much was counted between two observations, of any label set. */
function changeBetween(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string | undefined {
  for (const [labelSet, value] of after) {
    const earlier = before.get(labelSet)
    if (earlier === undefined) return `${shown(labelSet)} is new: what it counted before is not known`
    if (value < earlier) return `${shown(labelSet)} went from ${earlier} to ${value}: the counter was reset`
  }
  const gone = [...before.keys()].find((labelSet) => !after.has(labelSet))
  return gone === undefined ? undefined : `${shown(gone)} is gone: what it counted last is not known`
}

/** Seconds by which a start that is computed from the boot of the machine moves by itself. */
const jitter = 1

/** Counters that passed their earlier value again would hide it. */
function startedAnew({ starts: before }: PageReading, { starts: after }: PageReading): boolean {
  return (
    before.size !== after.size ||
    [...after].some(([labelSet, start]) => !(Math.abs(start - (before.get(labelSet) ?? Number.NaN)) <= jitter))
  )
}
