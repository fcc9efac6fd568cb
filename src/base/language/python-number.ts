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

const laxInteger = /^([+-]?\d+(?:_\d+)*)(?:\.0+)?$/

/**
 * What pydantic makes of a text in an `int` field (2.14, lax mode): blanks around, a sign, `_` between ASCII digits,
 * and a fraction of zeros.
 *
 * @returns `undefined` where pydantic raises `int_parsing`
 */
export function pydanticInt(text: string): NumberReading | undefined {
  const digits = laxInteger.exec(trimWhiteSpace(text))?.[1]?.replaceAll('_', '')
  if (digits === undefined || digits.replace(/^[+-]/, '').length > mostDigits) return undefined
  return integerReading(digits)
}

/**
 * What pydantic makes of a text in a `bool` field (2.14, lax mode): nothing is trimmed.
 *
 * @returns `undefined` where pydantic raises `bool_parsing`
 */
export function pydanticBool(text: string): boolean | undefined {
  if (/^(?:1|t|true|y|yes|on)$/i.test(text)) return true
  return /^(?:0|f|false|n|no|off)$/i.test(text) ? false : undefined
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

/**
 * What `strip()` of a Python `str` removes: `str.isspace`, which counts the information separators U+001C to U+001F.
 * Measured over every code point with CPython 3.11; neither U+FEFF nor U+200B is among them, unlike in JavaScript.
 */
const pythonBlanks = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

/** The Unicode property White_Space, which Rust's `str::trim` removes, and Python's `int()` and `float()` as well. */
const whiteSpace = '\\t-\\r\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const blanksOf = (characters: string) => new RegExp(`^[${characters}]$`, 'u')

const pythonBlank = blanksOf(pythonBlanks)

const whiteSpaceBlank = blanksOf(whiteSpace)

/** Python's `str.strip()`. */
export function pythonStrip(text: string): string {
  return strip(text, pythonBlank)
}

/** Rust's `str::trim()`; also what Python's `int()` and `float()` ignore around a number. */
export function trimWhiteSpace(text: string): string {
  return strip(text, whiteSpaceBlank)
}

// By index: `/blanks+$/` takes quadratic time on a long run of blanks that does not end the text.
function strip(text: string, blank: RegExp): string {
  let start = 0
  let end = text.length
  while (start < end && blank.test(text.charAt(start))) start += 1
  while (end > start && blank.test(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** A number as a target's own code reads it. */
export interface NumberReading {
  /**
   * The nearest integer that JSON and expressions can hold: Python's know no bound, so a greater one is cut to
   * ±(2⁵³−1).
   */
  readonly int: number
  /** May be infinite or not a number: Python's `float()` accepts both. */
  readonly number: number
  /** The canonical form: digits with a `-` where needed, `inf`, `-inf`, `nan`. */
  readonly text: string
}

/** @param digits a sign at most, then decimal ASCII digits */
export function integerReading(digits: string): NumberReading {
  const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits.replace('+', ''))
  return { int: clamped(Number(value)), number: Number(value), text: value.toString() }
}

function floatReading(number: number): NumberReading {
  const text = Number.isNaN(number) ? 'nan' : String(number).replace('Infinity', 'inf')
  return { int: Number.isNaN(number) ? 0 : clamped(Math.trunc(number)), number, text }
}

function clamped(value: number): number {
  const whole = Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))
  return whole === 0 ? 0 : whole
}
