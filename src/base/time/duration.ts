const unitMilliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** The longest duration accepted anywhere: a day, which is also within what a Node timer can wait. */
export const longestDuration = 24 * 60 * 60 * 1000

/**
 * Reads a duration that carries its unit: `500ms`, `2s`, `1.5m`, `1h`.
 *
 * @returns milliseconds, a whole number above zero; `undefined` when the text is not a duration, is zero, or is over a
 *   day
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text)
  if (match === null) return undefined
  const [, amount = '', unit = 'ms'] = match
  const milliseconds = Math.round(Number(amount) * unitMilliseconds[unit as keyof typeof unitMilliseconds])
  return milliseconds > 0 && milliseconds <= longestDuration ? milliseconds : undefined
}

/** A duration for people: `40ms`, `1.2s`, `2m05s`, `1h05m`. Milliseconds in. */
export function formatDuration(milliseconds: number): string {
  // Compared as they are printed: never `1000ms` or `60.0s`.
  if (milliseconds < 999.5) return `${Math.round(milliseconds)}ms`
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)}s`
  const seconds = Math.max(60, Math.floor(milliseconds / 1000))
  const inSixtieths = (count: number): string =>
    `${Math.floor(count / 60)}${seconds < 3600 ? 'm' : 'h'}${String(count % 60).padStart(2, '0')}${seconds < 3600 ? 's' : 'm'}`
  return inSixtieths(seconds < 3600 ? seconds : Math.floor(seconds / 60))
}

/** A limit as a person would write it: `10m` where it is a whole number of a unit. Milliseconds in. */
export function formatLimit(milliseconds: number): string {
  const unit = (['h', 'm', 's'] as const).find(
    (each) => milliseconds >= unitMilliseconds[each] && milliseconds % unitMilliseconds[each] === 0,
  )
  return unit === undefined ? formatDuration(milliseconds) : `${milliseconds / unitMilliseconds[unit]}${unit}`
}
