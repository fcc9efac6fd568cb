import { constants, unzipSync } from 'node:zlib'
import { compressedStarts, mayHoldText, maySpellText } from './base64-bytes.js'
import { characterSet, runsOf, type CharacterSet } from './character-run.js'
import { readingOf, type Reading } from './text-units.js'
import type { Found, Span } from './span.js'

/** Shorter runs can't hold ten characters of any form. */
const SHORTEST_BASE64 = 14
const SHORTEST_HEX = 20

const BASE64 = characterSet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
const HEX = characterSet('0123456789abcdefABCDEF')

const MAX_INFLATED_BYTES = 8 * 1024 * 1024

/** How gzip and zlib data begin in base64. */
const COMPRESSED = /H4sI|e[AFJN]/

/** What looks at decoded texts. */
export interface Inspector {
  /** Says which stretches of a decoded text, one character for each byte, must not be seen. */
  inspect(decoded: Reading): readonly Span[]
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

function inBase64({ text, units }: Reading, run: Span, inspector: Inspector): Found[] {
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

function inHex({ text }: Reading, run: Span, inspector: Inspector): Found[] {
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
 * Every
 * alignment is tried: a run may begin with a neighbour's characters, or in its own middle.
 */
export function encodedSpans(reading: Reading, inspector: Inspector): Found[] {
  const inRuns = (set: CharacterSet, shortest: number, decoded: typeof inHex): Found[] =>
    runsOf(reading.units, set, shortest)
      .flatMap((run) => decoded(reading, run, inspector))
      .map((span) => ({ ...span, until: span.until ?? 'token' }))
  return [...inRuns(BASE64, SHORTEST_BASE64, inBase64), ...inRuns(HEX, SHORTEST_HEX, inHex)]
}
