import { trimWhiteSpace } from './blanks.js'
import { floatReading, integerReading, type NumberReading } from './number.js'

/**
 * CPython refuses to read more digits than this, leading zeros counted (`sys.get_int_max_str_digits`, since 3.10.7).
 */
const mostDigits = 4300

const integer = /^[+-]?\d(?:_?\d)*$/
const float = /^[+-]?(?:(?:\d(?:_?\d)*)(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:e[+-]?\d(?:_?\d)*)?$/i
const notFinite = /^([+-]?)(inf|infinity|nan)$/i

/**
 * Python's `int(text)`: blanks around, a sign, `_` between digits, any Unicode decimal digit.
 *
 * @returns `undefined` where Python raises ValueError
 */
export function pythonInt(text: string): NumberReading | undefined {
  const ascii = asciiDigits(trimWhiteSpace(text))
  if (!integer.test(ascii)) return undefined
  const digits = ascii.replaceAll('_', '')
  return digits.replace(/^[+-]/, '').length > mostDigits ? undefined : integerReading(digits)
}

/**
 * Python's `float(text)`: as `int()`, with a fraction, an exponent, and `inf`, `infinity` and `nan` in any case.
 *
 * @returns `undefined` where Python raises ValueError
 */
export function pythonFloat(text: string): NumberReading | undefined {
  const ascii = asciiDigits(trimWhiteSpace(text))
  const special = notFinite.exec(ascii)
  if (special !== null) {
    const [, sign = '', name = ''] = special
    if (name.toLowerCase() === 'nan') return floatReading(Number.NaN)
    return floatReading(sign === '-' ? -Infinity : Infinity)
  }
  return float.test(ascii) ? floatReading(Number(ascii.replaceAll('_', ''))) : undefined
}

function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0)!)))
}

/** Unicode lays decimal digits out in runs of ten, zero first; where runs touch, each is still ten long. */
function digitValue(codePoint: number): number {
  let start = codePoint
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1
  return (codePoint - start) % 10
}
