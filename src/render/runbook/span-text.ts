import { formatDuration } from '../../kernel/duration.js'

const units = [['h', 3_600_000], ['m', 60_000], ['s', 1000]] as const

/** A limit as a person would write it: `10m` where it is a whole number of a unit. Milliseconds in. */
export function spanText(milliseconds: number): string {
  const unit = units.find(([, length]) => milliseconds >= length && milliseconds % length === 0)
  return unit === undefined ? formatDuration(milliseconds) : `${milliseconds / unit[1]}${unit[0]}`
}
