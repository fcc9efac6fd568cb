import { integerReading, type NumberReading } from '../../base/language/number.js'

/**
 * Rust's `str::parse` into an integer: a sign and ASCII digits, nothing around or between them.
 *
 * @param unsigned an unsigned type refuses every `-`, that of `-0` too
 * @returns `undefined` where Rust returns an error, a number outside 64 bits included
 */
export function rustInteger(text: string, unsigned: boolean): NumberReading | undefined {
  if (!(unsigned ? /^\+?\d+$/ : /^[+-]?\d+$/).test(text)) return undefined
  const significant = text.replace(/^[+-]?0*/, '')
  if (significant.length > 20) return undefined
  const value = BigInt(significant === '' ? '0' : significant) * (text.startsWith('-') ? -1n : 1n)
  const fits = unsigned ? value < 2n ** 64n : value >= -(2n ** 63n) && value < 2n ** 63n
  return fits ? integerReading(value.toString()) : undefined
}
