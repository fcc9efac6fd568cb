import type { TextUnits, TextSpan } from './span.js'

/** How many consecutive characters of any form of a secret are enough to be masked. */
export const WINDOW = 10

const BASE = 0x01000193
/** The largest bitmap of grams has 2^22 bits: half a megabyte, which a processor's cache still holds. */
const MOST_GRAM_BITS = 22

/** How many characters are looked at to know that no window is here, and so how far apart such looks may be. */
const GRAM = 5
const STRIDE = WINDOW - GRAM + 1

const BASE_2 = Math.imul(BASE, BASE)
const BASE_3 = Math.imul(BASE_2, BASE)
const BASE_4 = Math.imul(BASE_3, BASE)

/** Spreads a rolling hash over a table of 2^(32-shift) slots by its high bits (Knuth's multiplicative hashing). */
function slotOf(hash: number, shift: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> shift
}

/** A form to find and the number of the secret it belongs to. */
export interface OwnedForm {
  readonly text: string
  readonly owner: number
}

/** A hash of the `length` characters of a text from `start` on. */
function hashAt(text: string, start: number, length: number): number {
  let hash = 0
  for (let i = start; i < start + length; i++) hash = (Math.imul(hash, BASE) + text.charCodeAt(i)) | 0
  return hash
}

/**
 * All windows of all forms, found in one pass over a text. Every window holds a gram of five characters that starts at
 * a multiple of six, so only those are looked at, in a bitmap of all grams of all windows (Wu and Manber, 1994); where
 * one is known, the windows around it are looked up by their hash and compared character by character, so a collision
 * costs time and never a wrong mask. About 50 bytes for a window.
 */
export class WindowIndex {
  readonly #corpus: string
  /** Open addressing: a window's position in the corpus plus one, 0 where nothing is. */
  readonly #positions: Uint32Array
  readonly #owners: Uint32Array
  readonly #mask: number
  readonly #shift: number
  readonly #isEmpty: boolean
  /** One bit for each hash of a gram. */
  readonly #grams: Uint32Array
  readonly #gramShift: number

  constructor(forms: readonly OwnedForm[], isPublic: (window: string) => boolean) {
    const long = forms.filter((form) => form.text.length >= WINDOW)
    const windows = long.reduce((sum, form) => sum + form.text.length - WINDOW + 1, 0)
    const sizeBits = Math.ceil(Math.log2(Math.max(windows, 8) * 4))
    const size = 2 ** sizeBits
    this.#corpus = long.map((form) => form.text).join('')
    this.#positions = new Uint32Array(size)
    this.#owners = new Uint32Array(size)
    this.#mask = size - 1
    this.#shift = 32 - sizeBits
    this.#isEmpty = windows === 0
    this.#gramShift = 32 - Math.min(sizeBits + 3, MOST_GRAM_BITS)
    this.#grams = new Uint32Array(2 ** (32 - this.#gramShift - 5))
    let base = 0
    for (const form of long) {
      for (let at = 0; at + WINDOW <= form.text.length; at++) {
        if (!isPublic(form.text.slice(at, at + WINDOW))) this.#insert(base + at, form.owner)
      }
      base += form.text.length
    }
  }

  #insert(position: number, owner: number): void {
    for (let gram = position; gram < position + STRIDE; gram++) {
      const bit = slotOf(hashAt(this.#corpus, gram, GRAM), this.#gramShift)
      this.#grams[bit >>> 5]! |= 1 << (bit & 31)
    }
    let slot = slotOf(hashAt(this.#corpus, position, WINDOW), this.#shift)
    for (let taken = this.#positions[slot]; taken; taken = this.#positions[slot]) {
      if (this.#owners[slot] === owner && this.#equals(this.#corpus, position, taken - 1)) return
      slot = (slot + 1) & this.#mask
    }
    this.#positions[slot] = position + 1
    this.#owners[slot] = owner
  }

  #equals(text: string, start: number, position: number): boolean {
    for (let i = 0; i < WINDOW; i++) {
      if (text.charCodeAt(start + i) !== this.#corpus.charCodeAt(position + i)) return false
    }
    return true
  }

  /** Whether the window at `start` is a secret's; names the owners when asked. */
  #hits(text: string, start: number, owners: Set<number> | undefined): boolean {
    let isHit = false
    let slot = slotOf(hashAt(text, start, WINDOW), this.#shift)
    for (let taken = this.#positions[slot]; taken; taken = this.#positions[slot]) {
      if (this.#equals(text, start, taken - 1)) {
        isHit = true
        if (!owners) return true
        owners.add(this.#owners[slot] ?? 0)
      }
      slot = (slot + 1) & this.#mask
    }
    return isHit
  }

  /**
   * The stretches of the text that secrets' windows cover, in order; windows that overlap are one stretch. A window
   * that reaches into one of `barriers` (sorted, disjoint) is not looked at: a marker is not part of a secret.
   */
  find({ text, units }: TextUnits, barriers: readonly TextSpan[], owners?: Set<number>): TextSpan[] {
    const found: { start: number; end: number }[] = []
    if (this.#isEmpty) return found
    const last = units.length - WINDOW
    let barrier = 0
    let next = 0
    for (let gram = 0; gram <= last + STRIDE - 1; gram += STRIDE) {
      if (!this.#isKnownGram(units, gram)) continue
      for (let start = Math.max(next, gram - STRIDE + 1); start <= Math.min(gram, last); start++) {
        next = start + 1
        if (!this.#hits(text, start, owners)) continue
        while (barrier < barriers.length && (barriers[barrier]?.end ?? 0) <= start) barrier++
        if ((barriers[barrier]?.start ?? Infinity) < start + WINDOW) continue
        const before = found.at(-1)
        if (before && start <= before.end) before.end = start + WINDOW
        else found.push({ start, end: start + WINDOW })
      }
    }
    return found
  }

  /** The same hash as `hashAt`, each unit times its power of the base: products that wait for none before them. */
  #isKnownGram(units: Uint16Array, start: number): boolean {
    const hash =
      Math.imul(units[start]!, BASE_4) +
      Math.imul(units[start + 1]!, BASE_3) +
      Math.imul(units[start + 2]!, BASE_2) +
      Math.imul(units[start + 3]!, BASE) +
      units[start + 4]!
    const bit = slotOf(hash | 0, this.#gramShift)
    return (this.#grams[bit >>> 5]! & (1 << (bit & 31))) !== 0
  }
}
