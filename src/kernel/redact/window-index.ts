import type { Span } from './span.js'

/** How many consecutive characters of any form of a secret are enough to be masked. */
export const WINDOW = 10

const BASE = 0x01000193
const BASE_TO_WINDOW = (() => {
  let power = 1
  for (let i = 0; i < WINDOW; i++) power = Math.imul(power, BASE)
  return power
})()

/** Spreads a rolling hash over a table of 2^(32-shift) slots by its high bits (Knuth's multiplicative hashing). */
function slotOf(hash: number, shift: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> shift
}

/** A form to find and the number of the secret it belongs to. */
export interface OwnedForm {
  readonly text: string
  readonly owner: number
}

/**
 * All windows of all forms, found in one pass over a text with a rolling hash (Karp and Rabin, 1987). A hit is
 * compared character by character, so a collision costs time and never a wrong mask. About 40 bytes for a window.
 */
export class WindowIndex {
  readonly #corpus: string
  /** Open addressing: a window's position in the corpus plus one, 0 where nothing is. */
  readonly #positions: Uint32Array
  readonly #owners: Uint32Array
  readonly #mask: number
  readonly #shift: number
  readonly #isEmpty: boolean

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
    let base = 0
    for (const form of long) {
      for (let at = 0; at + WINDOW <= form.text.length; at++) {
        if (!isPublic(form.text.slice(at, at + WINDOW))) this.#insert(base + at, form.owner)
      }
      base += form.text.length
    }
  }

  #insert(position: number, owner: number): void {
    let hash = 0
    for (let i = 0; i < WINDOW; i++) hash = (Math.imul(hash, BASE) + this.#corpus.charCodeAt(position + i)) | 0
    let slot = slotOf(hash, this.#shift)
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

  /** Whether the window at `start`, whose hash is given, is a secret's; tells the owners when asked. */
  #hits(text: string, start: number, hash: number, owners: Set<number> | undefined): boolean {
    let isHit = false
    let slot = slotOf(hash, this.#shift)
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
  find(text: string, barriers: readonly Span[], owners?: Set<number>): Span[] {
    const found: { start: number; end: number }[] = []
    if (this.#isEmpty || text.length < WINDOW) return found
    const positions = this.#positions
    const shift = this.#shift
    let hash = 0
    let barrier = 0
    for (let i = 0; i < text.length; i++) {
      hash = (Math.imul(hash, BASE) + text.charCodeAt(i)) | 0
      if (i >= WINDOW) hash = (hash - Math.imul(text.charCodeAt(i - WINDOW), BASE_TO_WINDOW)) | 0
      const start = i - WINDOW + 1
      if (start < 0 || positions[slotOf(hash, shift)] === 0) continue
      if (!this.#hits(text, start, hash, owners)) continue
      while (barrier < barriers.length && (barriers[barrier]?.end ?? 0) <= start) barrier++
      if ((barriers[barrier]?.start ?? Infinity) <= i) continue
      const last = found.at(-1)
      if (last && start <= last.end) last.end = i + 1
      else found.push({ start, end: i + 1 })
    }
    return found
  }
}
