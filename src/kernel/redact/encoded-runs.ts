import { constants, unzipSync } from 'node:zlib'
import { compressedStarts, mayHoldText, maySpellText } from './base64-bytes.js'
import { characterSet, runsOf } from './character-run.js'
import type { Found, Span } from './span.js'

/** Shorter runs can't hold ten characters of any form. */
const SHORTEST_BASE64 = 14
const SHORTEST_HEX = 20

const BASE64 = characterSet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
const HEX = characterSet('0123456789abcdefABCDEF')

const MAX_DEPTH = 3
const MAX_INFLATED_BYTES = 8 * 1024 * 1024

/** Looks at a decoded text, one character for each byte, and says which stretches must not be seen. */
export type Inspect = (text: string) => readonly Span[]

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

function inBytes(bytes: Buffer, inspect: Inspect, depth: number): readonly Span[] {
  const text = bytes.toString('latin1')
  const spans = [...inspect(text), ...encodedSpans(text, inspect, depth + 1)]
  const whole = { start: 0, end: bytes.length }
  if (wideTexts(bytes).some((wide) => inspect(wide).length > 0)) spans.push(whole)
  try {
    for (const { text: plain, start } of inflated(bytes)) {
      if (inspect(plain).length > 0 || encodedSpans(plain, inspect, depth + 1).length > 0) spans.push({ start, end: bytes.length })
    }
  } catch {
    spans.push(whole)
  }
  return spans
}

function inBase64(run: string, inspect: Inspect, depth: number): Span[] {
  const spans: Span[] = []
  for (let offset = 0; offset < 4 && run.length - offset >= SHORTEST_BASE64; offset++) {
    if (!maySpellText(run, offset)) continue
    const bytes = Buffer.from(run.slice(offset), 'base64')
    if (!mayHoldText(bytes)) continue
    for (const span of inBytes(bytes, inspect, depth)) {
      const end = offset + Math.ceil((span.end * 4) / 3)
      spans.push({ start: offset + Math.floor((span.start * 4) / 3), end: Math.min(run.length, end) })
    }
  }
  return spans
}

function inHex(run: string, inspect: Inspect, depth: number): Span[] {
  return [0, 1].flatMap((offset) => {
    const bytes = Buffer.from(run.slice(offset), 'hex')
    if (!mayHoldText(bytes)) return []
    return inBytes(bytes, inspect, depth).map((span) => ({ start: offset + span.start * 2, end: offset + span.end * 2 }))
  })
}

/**
 * The stretches of base64 and hex runs in which, decoded (and inflated) to depth 3, `inspect` finds something. Every
 * alignment is tried: a run may begin with a neighbour's characters, or in its own middle.
 */
export function encodedSpans(text: string, inspect: Inspect, depth = 1): Found[] {
  const found: Found[] = []
  if (depth > MAX_DEPTH) return found
  const add = (runs: readonly Span[], decoded: typeof inHex): void => {
    for (const run of runs) {
      for (const span of decoded(text.slice(run.start, run.end), inspect, depth)) {
        found.push({ start: run.start + span.start, end: run.start + span.end, until: 'token' })
      }
    }
  }
  add(runsOf(text, BASE64, SHORTEST_BASE64), inBase64)
  add(runsOf(text, HEX, SHORTEST_HEX), inHex)
  return found
}
