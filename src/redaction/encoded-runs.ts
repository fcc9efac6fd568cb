import { constants, unzipSync } from 'node:zlib'
import { characterSet, runsOf, type CharacterSet } from './character-run.js'
import { readingOf, type TextUnits, type Found, type TextSpan } from './span.js'

/** Shorter runs can't hold ten characters of any form. */
const SHORTEST_BASE64 = 14

const SHORTEST_HEX = 20

const BASE64 = characterSet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')

const HEX = characterSet('0123456789abcdefABCDEF')

const MAX_INFLATED_BYTES = 8 * 1024 * 1024

/** How gzip and zlib data begin in base64. */
const COMPRESSED = /H4sI|e[AFJN]/

/** What looks at decoded texts. */
interface Inspector {
  /** Says which stretches of a decoded text, one character for each byte, must not be seen. */
  inspect(decoded: TextUnits): readonly TextSpan[]
  /** Whether so many more characters may be read; if not, what would have been read is masked. */
  spend(characters: number): boolean
  /** Whether the text ends where its reading does; if not, what is compressed and runs into the end is masked. */
  readonly isWhole: boolean
}

/** Bytes that were compressed, one character each, and where the compressed ones begin. */
interface Inflated {
  readonly text: string
  readonly start: number
}

/**
 * What is compressed in some bytes. A run may begin with a neighbour's characters, so the data may begin anywhere. What
 * says that it is gzip and can't be read, or is too large to look at, throws, so that it is masked.
 */
function inflated(bytes: Buffer): Inflated[] {
  return compressedStarts(bytes).flatMap(({ start, isCertain }) => {
    try {
      const text = unzipSync(bytes.subarray(start), {
        maxOutputLength: MAX_INFLATED_BYTES,
        finishFlush: constants.Z_SYNC_FLUSH, // A text cut in the middle is read as far as it goes.
      })
      return [{ text: text.toString('latin1'), start }]
    } catch (error) {
      if (isCertain || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw error
      return []
    }
  })
}

/** UTF-16, as PowerShell encodes, from an even and from an odd byte on. */
function wideTexts(bytes: Buffer): string[] {
  return bytes.includes(0) ? [bytes.toString('utf16le'), bytes.subarray(1).toString('utf16le')] : []
}

/** What must not be seen of some bytes; `isOpen` where compressed ones may go on beyond the end. */
function inBytes(bytes: Buffer, { inspect, spend }: Inspector, isOpen: boolean): readonly Found[] {
  const whole: Found = { start: 0, end: bytes.length, until: 'encoded' }
  if (!spend(bytes.length)) return [whole]
  const spans: Found[] = [...inspect(readingOf(bytes.toString('latin1')))]
  if (wideTexts(bytes).some((wide) => inspect(readingOf(wide)).length > 0)) spans.push(whole)
  try {
    for (const { text, start } of inflated(bytes)) {
      if (isOpen || !spend(text.length) || inspect(readingOf(text)).length > 0) spans.push({ ...whole, start })
    }
  } catch {
    spans.push(whole)
  }
  return spans
}

function inBase64({ text, units }: TextUnits, run: TextSpan, inspector: Inspector): Found[] {
  const spans: Found[] = []
  const isOpen = !inspector.isWhole && run.end === text.length
  const isCompressed = COMPRESSED.test(text.slice(run.start, run.end))
  for (let start = run.start; start < run.start + 4 && run.end - start >= SHORTEST_BASE64; start++) {
    if (!isCompressed && !maySpellText(units, start, run.end)) continue
    const bytes = Buffer.from(text.slice(start, run.end), 'base64')
    if (!mayHoldText(bytes)) continue
    for (const span of inBytes(bytes, inspector, isOpen)) {
      const end = Math.min(run.end, start + Math.ceil((span.end * 4) / 3))
      spans.push({
        ...span,
        start: start + Math.floor((span.start * 4) / 3),
        end: isOpen && span.end === bytes.length ? run.end : end,
      })
    }
  }
  return spans
}

function inHex({ text }: TextUnits, run: TextSpan, inspector: Inspector): Found[] {
  const isOpen = !inspector.isWhole && run.end === text.length
  return [run.start, run.start + 1].flatMap((start) => {
    const bytes = Buffer.from(text.slice(start, run.end), 'hex')
    if (!mayHoldText(bytes)) return []
    return inBytes(bytes, inspector, isOpen).map((span) => ({
      ...span,
      start: start + span.start * 2,
      end: isOpen && span.end === bytes.length ? run.end : start + span.end * 2,
    }))
  })
}

/**
 * The stretches of base64 and hex runs in which, decoded (and inflated), something is found that must not be seen.
 * Every alignment is tried: a run may begin with a neighbour's characters, or in its own middle.
 */
export function encodedSpans(reading: TextUnits, inspector: Inspector): Found[] {
  const inRuns = (set: CharacterSet, shortest: number, decoded: typeof inHex): Found[] =>
    runsOf(reading.units, set, shortest)
      .flatMap((run) => decoded(reading, run, inspector))
      .map((span) => ({ ...span, until: span.until ?? 'token' }))
  return [...inRuns(BASE64, SHORTEST_BASE64, inBase64), ...inRuns(HEX, SHORTEST_HEX, inHex)]
}

/** The value of each base64 and base64url character, by its code. */
const SEXTETS = (() => {
  const table = new Uint8Array(128)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  for (const [value, sign] of Array.from(alphabet).entries()) table[sign.charCodeAt(0)] = value
  for (const sign of '+-') table[sign.charCodeAt(0)] = 62
  for (const sign of '/_') table[sign.charCodeAt(0)] = 63
  return table
})()

/**
 * Whether a run of base64 characters, read from `start` on, may spell text. In a group of four that spells three ASCII
 * bytes, one known bit of each of the first three is zero; ten ASCII bytes hold at least two such groups, and text of
 * other scripts, or with characters of no width in it, many of them. Nearly all runs in ordinary text are words and
 * paths, which this decides without decoding them.
 */
function maySpellText(units: Uint16Array, start: number, end: number): boolean {
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
function compressedStarts(bytes: Uint8Array): { start: number; isCertain: boolean }[] {
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
function mayHoldText(bytes: Uint8Array): boolean {
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
