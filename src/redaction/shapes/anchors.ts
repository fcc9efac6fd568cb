import type { TextUnits } from '../span.js'

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
        present = merged([...places].flatMap(([word, at]) => (wanted.has(word) ? [at] : [])))
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

function merged(lists: readonly (readonly number[])[]): readonly number[] {
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
