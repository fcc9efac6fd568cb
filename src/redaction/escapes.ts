/** The kinds of escapes that are taken back, as bits, so that they can be joined. */
export const PERCENT = 1
export const BACKSLASH = 2
export const ENTITY = 4

const PERCENT_SIGN = 0x25
const AMPERSAND = 0x26
const BACKSLASH_SIGN = 0x5c
const SEMICOLON = 0x3b

/** What is a character of its own behind a backslash, in either case. */
const SINGLE = new Uint8Array(0x80)
for (const sign of '0aenrtbfv"\'`\\/$ !&|;<>()[]{}*?#~=%,:@+^-')
  for (const form of [sign, sign.toUpperCase()]) SINGLE[form.charCodeAt(0)] = 1

/** What a letter or zero behind a backslash stands for. */
const CONTROL: Readonly<Record<string, string>> = {
  0: '\0',
  a: '\x07',
  e: '\x1b',
  v: '\v',
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
}
const STANDS_FOR = Uint16Array.from({ length: 0x80 }, (_, code) =>
  (CONTROL[String.fromCharCode(code)] ?? String.fromCharCode(code)).charCodeAt(0),
)

const NAMED = Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }).map(([name, sign]) => ({
  name,
  unit: sign.charCodeAt(0),
}))

/** The value of a hex digit, or -1; of what is beyond the end as well. */
function hexAt(units: Uint16Array, at: number): number {
  const unit = units[at] ?? 0
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30
  const lower = unit | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

function digitAt(units: Uint16Array, at: number): number {
  const digit = (units[at] ?? 0) - 0x30
  return digit >= 0 && digit <= 9 ? digit : -1
}

function isOctalAt(units: Uint16Array, at: number): boolean {
  return ((units[at] ?? 0) & 0xfff8) === 0x30
}

/** The end of a number of 1 to `most` digits that `last` ends, behind that; 0 where none is. */
function endOfNumber(
  units: Uint16Array,
  from: number,
  most: number,
  last: number,
  digit: (units: Uint16Array, at: number) => number,
): number {
  let at = from
  while (at - from <= most && digit(units, at) >= 0) at++
  return at > from && at - from <= most && units[at] === last ? at + 1 : 0
}

function endOfBackslash(units: Uint16Array, at: number): number {
  const sign = units[at + 1] ?? 0xffff
  const lower = sign | 0x20
  if (lower === 0x75) {
    if (units[at + 2] === 0x7b) return endOfNumber(units, at + 3, 6, 0x7d, hexAt)
    for (let i = at + 2; i < at + 6; i++) if (hexAt(units, i) < 0) return 0
    return at + 6
  }
  if (lower === 0x78) return hexAt(units, at + 2) >= 0 && hexAt(units, at + 3) >= 0 ? at + 4 : 0
  if ((sign & 0xfffc) === 0x30 && isOctalAt(units, at + 2) && isOctalAt(units, at + 3)) return at + 4
  return SINGLE[sign] === 1 ? at + 2 : 0
}

function namedAt(units: Uint16Array, at: number): (typeof NAMED)[number] | undefined {
  return NAMED.find(({ name }) => {
    for (let i = 0; i < name.length; i++) if (((units[at + i] ?? 0) | 0x20) !== name.charCodeAt(i)) return false
    return units[at + name.length] === SEMICOLON
  })
}

function endOfEntity(units: Uint16Array, at: number): number {
  if (units[at + 1] !== 0x23) {
    const named = namedAt(units, at + 1)
    return named === undefined ? 0 : at + named.name.length + 2
  }
  return ((units[at + 2] ?? 0) | 0x20) === 0x78
    ? endOfNumber(units, at + 3, 6, SEMICOLON, hexAt)
    : endOfNumber(units, at + 2, 7, SEMICOLON, digitAt)
}

/**
 * Where the escape ends that begins at `at`, or 0 where none of these kinds does: `%2F`; `\u{1F600}`, `\u002f`, `\x2f`,
 * `\057`, a backslash and a sign; `&amp;`, `&#47;`, `&#x2F;`. By hand: a pattern takes ten times as long in a text of
 * nothing but escapes.
 */
export function endOfEscape(units: Uint16Array, at: number, kinds: number): number {
  const sign = units[at]
  if (sign === BACKSLASH_SIGN) return (kinds & BACKSLASH) === 0 ? 0 : endOfBackslash(units, at)
  if (sign === PERCENT_SIGN)
    return (kinds & PERCENT) !== 0 && hexAt(units, at + 1) >= 0 && hexAt(units, at + 2) >= 0 ? at + 3 : 0
  return sign === AMPERSAND && (kinds & ENTITY) !== 0 ? endOfEntity(units, at) : 0
}

/** The byte that an escape stands for, which may be part of a character; -1 where it stands for a whole one. */
export function byteOf(units: Uint16Array, at: number, end: number): number {
  if (units[at] === PERCENT_SIGN) return hexAt(units, at + 1) * 16 + hexAt(units, at + 2)
  if (units[at] !== BACKSLASH_SIGN || end - at !== 4) return -1
  if (((units[at + 1] ?? 0) | 0x20) === 0x78) return hexAt(units, at + 2) * 16 + hexAt(units, at + 3)
  return digitAt(units, at + 1) * 64 + digitAt(units, at + 2) * 8 + digitAt(units, at + 3)
}

function numberIn(units: Uint16Array, from: number, end: number, radix: 10 | 16): number {
  let value = 0
  for (let at = from; at < end; at++) value = value * radix + hexAt(units, at)
  return value
}

/** The code point of the character that an escape stands for which is none of a byte. */
export function codePointOf(units: Uint16Array, at: number, end: number): number {
  const second = units[at + 1] ?? 0
  if (units[at] === AMPERSAND) {
    if (second !== 0x23) return namedAt(units, at + 1)!.unit
    const isHex = ((units[at + 2] ?? 0) | 0x20) === 0x78
    return isHex ? numberIn(units, at + 3, end - 1, 16) : numberIn(units, at + 2, end - 1, 10)
  }
  if (end - at === 2) return STANDS_FOR[second]!
  return units[at + 2] === 0x7b ? numberIn(units, at + 3, end - 1, 16) : numberIn(units, at + 2, end, 16)
}
