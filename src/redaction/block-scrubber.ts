import { MARKER } from './marker.js'
import { endOfKey } from './shapes/private-key.js'
import { merged, type Continuation, type Found, type TextSpan } from './span.js'

/** How much text is decided at a time, in UTF-16 code units. */
const BLOCK = 65_536

/** How much text on either side of a block is looked at to decide it. */
const MARGIN = 8_192

const STRENGTH: readonly Continuation[] = ['token', 'line', 'encoded', 'private-key']

/** Further lines of base64 or hex, and nothing else on them. */
const ENCODED_LINES =
  /(?:\r?\n[ \t]{0,256}(?:[A-Za-z0-9+/=_-]{16,131072}(?=[\s"'`])|[A-Za-z0-9+/=_-]{0,131072}$)){0,131072}/y

/** Where a span that was open at a block's start ends, at the latest where the visible text does. */
function endOfOpen(until: Continuation, text: string, from: number): number {
  if (until === 'private-key') return endOfKey(text, from)
  const end = text.slice(from).search(until === 'line' ? /[\r\n]/ : /[\s"'`<>]/)
  if (end < 0) return text.length
  if (until !== 'encoded') return from + end
  ENCODED_LINES.lastIndex = from + end
  ENCODED_LINES.test(text)
  return ENCODED_LINES.lastIndex
}

/** Finds what must be masked in a text, which is `isWhole` when nothing follows it. */
export type Find = (text: string, isWhole: boolean) => Found[]

/**
 * Scrubs a text of any length in bounded memory. The text is cut into blocks by its own length, never by how it
 * arrived, and each block is decided from itself and a margin on either side, so the result is the same however the
 * text was split. A span that reaches through a whole margin stays open: all is dropped until its end comes.
 */
export class BlockScrubber {
  /** Whether anything came out otherwise than it went in. */
  hasMasked = false
  readonly #find: Find
  /** The text not yet decided, after up to one margin of text that was. */
  #pending = ''
  #decided = 0
  #open: Continuation | undefined
  #endsMasked = false

  constructor(find: Find) {
    this.#find = find
  }

  /** Takes the next text and gives what is decided by now. */
  push(text: string): string {
    this.#pending += text
    let output = ''
    while (this.#pending.length > this.#decided + BLOCK + MARGIN) output += this.#block(this.#blockEnd(), false)
    return output
  }

  /** Gives what was held back. Nothing may be pushed afterwards. */
  end(): string {
    return this.#block(this.#pending.length, true)
  }

  /** A block doesn't end between the halves of a surrogate pair: each half alone is not a character. */
  #blockEnd(): number {
    const end = this.#decided + BLOCK
    const unit = this.#pending.charCodeAt(end)
    return unit >= 0xdc00 && unit <= 0xdfff ? end + 1 : end
  }

  #block(end: number, isWhole: boolean): string {
    const start = this.#decided
    const window = this.#pending.slice(0, end + MARGIN)
    const found = this.#find(window, isWhole)
    if (this.#open) found.push({ start, end: endOfOpen(this.#open, window, start), until: this.#open })
    const output = this.#masked(window, merged(found), start, end)
    this.hasMasked ||= output !== window.slice(start, end)
    this.#open = this.#stillOpen(found, window.length, end)
    const kept = Math.max(0, end - MARGIN)
    this.#pending = this.#pending.slice(kept)
    this.#decided = end - kept
    return output
  }

  #stillOpen(found: readonly Found[], length: number, blockEnd: number): Continuation | undefined {
    const open = found.filter((span) => span.end >= length && span.start < blockEnd).map((span) => span.until)
    return STRENGTH.findLast((until) => open.includes(until))
  }

  #masked(window: string, spans: readonly TextSpan[], start: number, end: number): string {
    const parts: string[] = []
    let at = start
    for (const span of spans) {
      if (span.end <= start || span.start >= end) continue
      parts.push(window.slice(at, Math.max(span.start, start)))
      if (span.start > start || !this.#endsMasked) parts.push(MARKER)
      at = Math.min(span.end, end)
    }
    parts.push(window.slice(at, end))
    if (end > start) this.#endsMasked = spans.some((span) => span.start < end && span.end >= end)
    return parts.join('')
  }
}
