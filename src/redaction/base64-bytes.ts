/** The value of each base64 and base64url character, by its code. */
const SEXTETS = (() => {
  const table = new Uint8Array(128)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  for (const [value, sign] of [...alphabet].entries()) table[sign.charCodeAt(0)] = value
  for (const sign of '+-') table[sign.charCodeAt(0)] = 62
  for (const sign of '/_') table[sign.charCodeAt(0)] = 63
  return table
})()

/**
 * Whether a run of base64 characters, read from `start` on, may spell text. In a group of four that spells three ASCII
 * bytes, one known bit of each of the first three is zero; ten ASCII bytes hold at least two such groups, and text of
 * other scripts, or with characters of no width in it, many of them. Nearly all runs in ordinary text are words and
 * paths,
 * which this tells without decoding them.
 */
export function maySpellText(units: Uint16Array, start: number, end: number): boolean {
  let inRow = 0
  let count = 0
  let total = 0
  for (let i = start; i + 3 < end; i += 4, total++) {
    const first = SEXTETS[units[i]!]!
    const second = SEXTETS[units[i + 1]!]!
    const third = SEXTETS[units[i + 2]!]!
    if ((first & 32) === 0 && (second & 8) === 0 && (third & 2) === 0) {
      if (++inRow >= 2) return true
      count++
    } else inRow = 0
  }
  return count >= 2 && count * 5 >= total
}

function isGzipAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 0x08
}

/** RFC 1950: the two bytes of a zlib header are a multiple of 31. */
function isZlibAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x78 && at + 8 <= bytes.length && (0x7800 + (bytes[at + 1] ?? 0)) % 31 === 0
}

/** Where compressed data may begin. Gzip's three bytes are certain; zlib's two happen by chance. */
export function compressedStarts(bytes: Uint8Array): { start: number; isCertain: boolean }[] {
  const starts: { start: number; isCertain: boolean }[] = []
  for (let at = 0; at < bytes.length; at++) {
    if (isGzipAt(bytes, at)) starts.push({ start: at, isCertain: true })
    else if (isZlibAt(bytes, at)) starts.push({ start: at, isCertain: false })
  }
  return starts
}

/** The fewest characters in a row that make bytes worth reading as text. */
const SHORTEST_TEXT = 10

/** The fewest characters in a row, each with a NUL after it, that make bytes worth reading as UTF-16. */
const SHORTEST_WIDE_TEXT = 3

function isTextByte(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** How many bytes the UTF-8 sequence beyond ASCII has that begins at `at`, or 0. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0
  return length
}

/**
 * Whether bytes may be text or compressed text, and not a word that happens to be made of base64 characters: enough
 * characters of UTF-8 in a row, or the first bytes of gzip or zlib data. What a secret's own bytes look like doesn't
 * matter here: base64 and hex of those are looked for without decoding.
 */
export function mayHoldText(bytes: Uint8Array): boolean {
  let run = 0
  let wide = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (isTextByte(byte)) {
      if (++run >= SHORTEST_TEXT || (byte === 0x78 && isZlibAt(bytes, i))) return true
      if (bytes[i - 1] !== 0) wide = 0
      continue
    }
    const sequence = sequenceAt(bytes, i)
    if (sequence > 0) {
      if (++run >= SHORTEST_TEXT) return true
      i += sequence - 1
      continue
    }
    if (isGzipAt(bytes, i)) return true
    if (byte === 0 && run > 0 && ++wide >= SHORTEST_WIDE_TEXT) return true
    run = 0
  }
  return false
}
