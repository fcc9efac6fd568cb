import { constants, unzipSync } from 'node:zlib'
import { compressedStarts, decodedBase64, mayHoldText } from './base64-bytes.js'
import type { Found, Span } from './span.js'

/** Shorter runs can't hold ten characters of any form. */
const BASE64_RUN = /[A-Za-z0-9+/_-]{14,}/g
const HEX_RUN = /[0-9a-fA-F]{20,}/g
const SHORTEST = 14

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

function* inBase64(run: string, inspect: Inspect, depth: number): Generator<Span> {
  for (let offset = 0; offset < 4 && run.length - offset >= SHORTEST; offset++) {
    const bytes = decodedBase64(run, offset)
    if (!mayHoldText(bytes)) continue
    for (const span of inBytes(Buffer.from(bytes), inspect, depth)) {
      yield {
        start: offset + Math.floor((span.start * 4) / 3),
        end: Math.min(run.length, offset + Math.ceil((span.end * 4) / 3)),
      }
    }
  }
}

function* inHex(run: string, inspect: Inspect, depth: number): Generator<Span> {
  for (let offset = 0; offset < 2; offset++) {
    const bytes = Buffer.from(run.slice(offset), 'hex')
    if (!mayHoldText(bytes)) continue
    for (const span of inBytes(bytes, inspect, depth)) {
      yield { start: offset + span.start * 2, end: offset + span.end * 2 }
    }
  }
}

/**
 * The stretches of base64 and hex runs in which, decoded (and inflated) to depth 3, `inspect` finds something. Every
 * alignment is tried: a run may begin with a neighbour's characters, or in its own middle.
 */
export function encodedSpans(text: string, inspect: Inspect, depth = 1): Found[] {
  const found: Found[] = []
  if (depth > MAX_DEPTH) return found
  for (const { 0: run, index } of text.matchAll(BASE64_RUN)) {
    const spans = [...inBase64(run, inspect, depth)]
    for (const hex of run.matchAll(HEX_RUN)) {
      for (const span of inHex(hex[0], inspect, depth)) {
        spans.push({ start: hex.index + span.start, end: hex.index + span.end })
      }
    }
    for (const span of spans) {
      found.push({ start: index + span.start, end: index + span.end, until: 'token' })
    }
  }
  return found
}
