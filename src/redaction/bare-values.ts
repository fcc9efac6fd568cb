import type { OwnedForm } from './window-index.js'

/** Scripts without blanks between words: there a value has no boundary to be between. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}`

/** A sign that goes on with the word or the number beside it. */
const WORD_SIGN = new RegExp(`[\\p{L}\\p{M}\\p{N}](?<![${UNSPACED}])`, 'u')

/** Whether the texts on both sides of a place belong to one word. */
function isInsideWord(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return false
  return WORD_SIGN.test(text.charAt(at - 1)) && WORD_SIGN.test(text.charAt(at))
}

/**
 * The first place from `at` on that is not inside a word: in a long row of one letter a search from place to place
 * would have no end.
 */
function nextBoundary(text: string, at: number): number {
  let next = at
  while (isInsideWord(text, next)) next++
  return next
}

/** Which ends of a text are those of the input: what is at another end may go on there. */
export interface TextEnds {
  readonly isStart: boolean
  readonly isEnd: boolean
}

/**
 * Values that cannot be masked wherever they occur, since they are in ordinary text: found only where they stand for
 * themselves, a number between other signs than digits and letters, a word between others.
 */
export class BareValues {
  readonly #values: readonly OwnedForm[]

  /** @param values blank ones are left out: they are in every text */
  constructor(values: readonly OwnedForm[]) {
    this.#values = values.map(({ text, owner }) => ({ text: text.trim(), owner })).filter(({ text }) => text !== '')
  }

  get isEmpty(): boolean {
    return this.#values.length === 0
  }

  /** Adds the owners of the values that are in a text. Reads it once for each value that is not found yet. */
  collect(text: string, ends: TextEnds, owners: Set<number>): void {
    for (const { text: value, owner } of this.#values) {
      if (!owners.has(owner) && this.#stands(value, text, ends)) owners.add(owner)
    }
  }

  #stands(value: string, text: string, { isStart, isEnd }: TextEnds): boolean {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, nextBoundary(text, at + 1))) {
      const end = at + value.length
      const isCut = (at === 0 && !isStart) || (end === text.length && !isEnd)
      if (!isCut && !isInsideWord(text, at) && !isInsideWord(text, end)) return true
    }
    return false
  }
}
