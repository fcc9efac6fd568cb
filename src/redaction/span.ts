/** A half-open stretch of text, in UTF-16 code units. */
export interface TextSpan {
  readonly start: number
  readonly end: number
}

/**
 * Where a span that runs into the end of the visible text goes on when more text follows: to the end of the `line`, to
 * the first blank or quote (`token`), over further lines that are `encoded` as well, or to the end of the
 * `private-key`.
 */
export type Continuation = 'line' | 'token' | 'encoded' | 'private-key'

/** A stretch that must be masked. */
export interface Found extends TextSpan {
  readonly until?: Continuation
}

/** Joins overlapping and touching spans; the result is sorted and disjoint. */
export function merged(spans: readonly TextSpan[]): TextSpan[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start)
  const result: { start: number; end: number }[] = []
  for (const span of sorted) {
    if (span.end <= span.start) continue
    const last = result.at(-1)
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else result.push({ start: span.start, end: span.end })
  }
  return result
}

/** A text and its UTF-16 units as numbers: a loop over those is several times faster than one over the text. */
export interface TextUnits {
  readonly text: string
  readonly units: Uint16Array
}

export function readingOf(text: string): TextUnits {
  const bytes = Buffer.from(text, 'utf16le')
  return { text, units: new Uint16Array(bytes.buffer, bytes.byteOffset, text.length) }
}

/** The text of some units. Where each fits into a byte it takes a byte for each, which is also faster to search. */
export function textOf(units: Uint16Array): string {
  let all = 0
  for (let i = 0; i < units.length; i++) all |= units[i]!
  return all < 0x100
    ? Buffer.from(units).toString('latin1')
    : Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString('utf16le')
}
