/** How Python, and with it the bus, reads text: str.strip(), int() and float() of Python 3. */

const blank = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`
const digits = String.raw`\p{Nd}+(?:_\p{Nd}+)*`
const surroundingBlanks = new RegExp(`^${blank}+|${blank}+$`, 'gu')
const integer = new RegExp(`^[+-]?${digits}$`, 'u')
const decimal = new RegExp(`^[+-]?(?:${digits}(?:\\.(?:${digits})?)?|\\.${digits})(?:[eE][+-]?${digits})?$`, 'u')
const infinity = /^[+-]?inf(?:inity)?$/i
const decimalDigit = /^\p{Nd}$/u

/** str.strip(): other blanks than JavaScript's trim(), which takes U+FEFF and leaves U+001C to U+001F and U+0085. */
export function strip(text: string): string {
  return text.replace(surroundingBlanks, '')
}

/** Unicode keeps every script's ten digits in one run, zero first, some runs directly after one another. */
function digitValue(character: string): number {
  const code = character.codePointAt(0) ?? 0
  let first = code
  while (decimalDigit.test(String.fromCodePoint(first - 1))) first -= 1
  return (code - first) % 10
}

/**
 * What int() and float() drop at both ends: all of Python's blanks, but in a text of nothing but ASCII only those of C,
 * without U+001C to U+001F (measured with CPython 3.11).
 */
function withoutBlanks(text: string): string {
  const isAscii = /^[\0-\x7f]*$/.test(text)
  return isAscii ? text.replace(/^[\t-\r ]+|[\t-\r ]+$/g, '') : strip(text)
}

function toAscii(text: string): string {
  return text.replaceAll('_', '').replace(/\p{Nd}/gu, (character) => String(digitValue(character)))
}

/** int(text), base 10; undefined where it raises ValueError. */
export function parseInteger(text: string): bigint | undefined {
  const stripped = withoutBlanks(text)
  if (!integer.test(stripped)) return undefined
  const ascii = toAscii(stripped)
  const magnitude = BigInt(ascii.replace(/^[+-]/, ''))
  return ascii.startsWith('-') ? -magnitude : magnitude
}

/** float(text); undefined where it raises ValueError. */
export function parseFloating(text: string): number | undefined {
  const stripped = withoutBlanks(text)
  if (infinity.test(stripped)) return stripped.startsWith('-') ? -Infinity : Infinity
  if (/^[+-]?nan$/i.test(stripped)) return NaN
  return decimal.test(stripped) ? Number(toAscii(stripped)) : undefined
}
