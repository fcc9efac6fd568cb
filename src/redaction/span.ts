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
  /** Whether it is known that every unit fits into a byte. */
  readonly isNarrow: boolean
  /** Whether it is known that no unit begins what is hidden (`hiddenUnits`). */
  readonly isPlain: boolean
}

function unitRange(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

/** The units that a hidden stretch may begin with: control sequences, NUL, backspace, characters of no width. */
export const hiddenUnits: readonly number[] = [
  ...[0, 0x08, 0x1b, 0x9b, 0xad, 0x34f, 0xfeff, 0xdb40],
  ...[
    ...unitRange(0x180b, 0x180f),
    ...unitRange(0x200b, 0x200f),
    ...unitRange(0x202a, 0x202e),
    ...unitRange(0x2060, 0x2069),
    ...unitRange(0xfe00, 0xfe0f),
  ],
]

/** What a unit says of its text: 1 when it does not fit into a byte, 2 when it may begin what is hidden. */
export const UNIT_TRAITS = new Uint8Array(0x10000).fill(1, 0x100)
for (const unit of hiddenUnits) UNIT_TRAITS[unit]! |= 2

export function readingOf(text: string): TextUnits {
  const bytes = Buffer.from(text, 'utf16le')
  const units = new Uint16Array(bytes.buffer, bytes.byteOffset, text.length)
  let traits = 0
  for (let i = 0; i < units.length; i++) traits |= UNIT_TRAITS[units[i]!]!
  return { text, units, isNarrow: (traits & 1) === 0, isPlain: (traits & 2) === 0 }
}

/** The text of some units. Where each fits into a byte it takes a byte for each, which is also faster to search. */
export function textOfUnits(units: Uint16Array, isNarrow: boolean): string {
  return isNarrow
    ? Buffer.from(units).toString('latin1')
    : Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString('utf16le')
}
