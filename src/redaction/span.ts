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

const HEAD = 3
const SLOT_BITS = 14
const NONE: readonly number[] = []

/** Folds a UTF-16 unit so that both cases of an ASCII letter are one; other signs may fall together as well. */
function folded(unit: number): number {
  return (unit | 0x20) & 0xff
}

function slotOf(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> (32 - SLOT_BITS)
}

/** Where some words are in a text, in order. A list of words must be the same array each time, and not change. */
export type Places = (words: readonly string[]) => readonly number[]

/** What was found in a text. */
interface FoundWords {
  readonly words: ReadonlySet<string>
  readonly places: Places
}

const NOTHING: FoundWords = { words: new Set(), places: () => NONE }

const SETS = new WeakMap<readonly string[], ReadonlySet<string>>()

function setOf(words: readonly string[]): ReadonlySet<string> {
  let set = SETS.get(words)
  if (set === undefined) {
    set = new Set(words)
    SETS.set(words, set)
  }
  return set
}

/**
 * Finds words of at least three characters in a text, whatever the case of their ASCII letters, all in one pass: most
 * shapes are worth looking for only where one of theirs is.
 */
export class Anchors {
  readonly #slots = new Uint8Array(2 ** SLOT_BITS)
  /** The words by the slot of their first three characters. */
  readonly #words = new Map<number, string[]>()

  constructor(words: Iterable<string>) {
    for (const word of new Set(words)) {
      if (word.length < HEAD || word !== word.toLowerCase()) throw new Error(`${word} is not an anchor`)
      const [a = 0, b = 0, c = 0] = [...word].map((sign) => folded(sign.charCodeAt(0)))
      const slot = slotOf((a << 16) | (b << 8) | c)
      this.#slots[slot] = 1
      this.#words.set(slot, [...(this.#words.get(slot) ?? []), word])
    }
  }

  /** Looks through a text once. */
  in({ text, units }: TextUnits): FoundWords {
    const places = new Map<string, number[]>()
    const slots = this.#slots
    let head = 0
    for (let at = 0; at < units.length; at++) {
      head = ((head << 8) | folded(units[at]!)) & 0xffffff
      const slot = slotOf(head)
      if (slots[slot] === 1) this.#add(text, at - HEAD + 1, slot, places)
    }
    if (places.size === 0) return NOTHING
    const known = new Map<readonly string[], readonly number[]>()
    const placesOf = (words: readonly string[]): readonly number[] => {
      let present = known.get(words)
      if (present === undefined) {
        // Through the few words that are in the text, not through the hundreds that could be.
        const wanted = setOf(words)
        present = mergedPlaces([...places].flatMap(([word, at]) => (wanted.has(word) ? [at] : [])))
        known.set(words, present)
      }
      return present
    }
    return { words: new Set(places.keys()), places: placesOf }
  }

  #add(text: string, start: number, slot: number, places: Map<string, number[]>): void {
    if (start < 0) return
    for (const word of this.#words.get(slot) ?? []) {
      if (text.slice(start, start + word.length).toLowerCase() !== word) continue
      const present = places.get(word)
      if (present) present.push(start)
      else places.set(word, [start])
    }
  }
}

function mergedPlaces(lists: readonly (readonly number[])[]): readonly number[] {
  const [first = NONE, ...others] = lists
  return others.length === 0 ? first : [...new Set(lists.flat())].sort((a, b) => a - b)
}

/** A word and each of some signs after it, for words of two characters. */
export function before(word: string, signs: string): string[] {
  return [...signs].map((sign) => word + sign)
}

/** Each of some signs and a word after it. */
export function after(signs: string, word: string): string[] {
  return [...signs].map((sign) => sign + word)
}

/** The matches of a sticky pattern that begin at one of some places, as `matchAll` would give them. */
export function matchesAt(text: string, pattern: RegExp, places: readonly number[]): RegExpExecArray[] {
  const matches: RegExpExecArray[] = []
  let from = 0
  for (const place of places) {
    if (place < from) continue
    pattern.lastIndex = place
    const match = pattern.exec(text)
    if (!match) continue
    matches.push(match)
    from = pattern.lastIndex
  }
  return matches
}
