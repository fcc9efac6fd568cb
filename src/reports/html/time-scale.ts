/** The axis of a timeline: from 0 to a round number of milliseconds, in equal parts. */
export interface TimeScale {
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
