import type { TextView } from '../estimate/text-view.js'
import { dictionary } from '../words/dictionary.js'
import { type Dictionary, type DictionaryEntry, longestWord } from '../words/packed-vocabulary.js'
import { kindBits, type ModelSpan, type SpanModel } from './model.js'

/**
 * Dictionary words, names and leaked passwords: in any case, with signs for letters (`p4ssw0rd`), or backwards.
 *
 * Price: 12.9 bits (log2 7776) for a word of a diceware list or a rare one; less for the commonest, log2(rank) + 1,
 * since the small words of a sentence are not chosen from thousands. A capital adds 1 bit, signs for letters 2,
 * backwards 1, mixed case 1 per capital.
 */
export const words: SpanModel = {
  *spans(view) {
    if (view.binary) return
    const lists = dictionary()
    yield* wordsOf(lists, view.folded, view, 0.3, 0)
    const [first, second] = view.leet
    if (first !== view.folded) yield* wordsOf(lists, first, view, 2, 2, true)
    if (second !== view.folded && second !== first) yield* wordsOf(lists, second, view, 2, 2, true)
    yield* backwards(lists, view)
  },
}

function* wordsOf(
  lists: Dictionary,
  reading: string,
  view: TextView,
  extraCode: number,
  extraPrice: number,
  isLeet = false,
): Generator<ModelSpan> {
  for (let start = 0; start < reading.length; start++) {
    for (const { length, entry } of wordsAt(lists, reading, start)) {
      const piece = view.text.slice(start, start + length)
      if (isLeet && view.folded.startsWith(reading.slice(start, start + length), start)) continue
      const style = caseOf(piece)
      const signBits = isLeet ? bitsOfSigns(view.folded, reading, start, length) : 0
      const code = kindBits.word + entry.code + style.code + extraCode + signBits
      yield { start, end: start + length, code, price: entry.price + style.price + extraPrice, family: 'word' }
    }
  }
}

function* backwards(lists: Dictionary, view: TextView): Generator<ModelSpan> {
  const reversed = view.folded.split('').reverse().join('')
  for (let at = 0; at < reversed.length; at++) {
    for (const { length, entry } of wordsAt(lists, reversed, at)) {
      if (length < 4) continue
      const end = view.length - at
      const style = caseOf(view.text.slice(end - length, end))
      const code = kindBits.word + entry.code + style.code + 4
      yield { start: end - length, end, code, price: entry.price + style.price + 1, family: 'word' }
    }
  }
}

function* wordsAt(
  lists: Dictionary,
  reading: string,
  start: number,
): Generator<{ length: number; entry: DictionaryEntry }> {
  const lengths = lists.lengthsFrom(reading, start)
  const longest = Math.min(longestWord, reading.length - start)
  for (let length = 1; length <= longest && lengths >> length > 0; length++) {
    if (((lengths >> length) & 1) === 0) continue
    const entry = lists.find(reading.slice(start, start + length))
    if (entry !== undefined) yield { length, entry }
  }
}

/** A sign for every fourth letter: 2 bits where there is one, 0.4 where there is none. */
function bitsOfSigns(folded: string, reading: string, start: number, length: number): number {
  let signs = 0
  for (let i = start; i < start + length; i++) if (folded[i] !== reading[i]) signs++
  return signs * 2 - (length - signs) * Math.log2(3 / 4)
}

/**
 * All lower 0.7 bits, all upper or a first capital 2.3, every other letter (`sEcReT`) 5; anything else a bit per
 * letter.
 */
function caseOf(piece: string): { code: number; price: number } {
  const lower = piece.toLowerCase()
  if (piece === lower) return { code: 0.7, price: 0 }
  const upper = piece.toUpperCase()
  if (piece === upper || (piece[0] === upper[0] && piece.slice(1) === lower.slice(1))) return { code: 2.3, price: 1 }
  if (isAlternating(piece)) return { code: 5, price: 2 }
  let capitals = 0
  for (let i = 0; i < piece.length; i++) if (piece[i] !== lower[i]) capitals++
  return { code: 3 + piece.length, price: 1 + capitals }
}

function isAlternating(piece: string): boolean {
  for (let i = 2; i < piece.length; i++) {
    if (isCapital(piece, i) !== isCapital(piece, i - 2)) return false
  }
  return isCapital(piece, 0) !== isCapital(piece, 1)
}

function isCapital(text: string, at: number): boolean {
  const letter = text.charAt(at)
  return letter !== letter.toLowerCase()
}

/**
 * The deployment's own words: the system's and the host's name, the variable's, users, databases. In any case, and with
 * signs for letters.
 *
 * Price: 4 bits. They are the first an attacker tries, and a deployment has a dozen; 1 more with signs for letters.
 */
export const siteWords: SpanModel = {
  *spans(view) {
    if (view.binary || view.siteWords.length === 0) return
    const bitsOfWord = Math.log2(view.siteWords.length)
    for (const word of view.siteWords) {
      yield* found(view.folded, view.text, word, bitsOfWord + 1, 4)
      for (const reading of view.leet) yield* found(reading, view.text, word, bitsOfWord + 2 + word.length, 5)
    }
  },
}

function* found(reading: string, text: string, word: string, bits: number, price: number): Generator<ModelSpan> {
  for (let start = reading.indexOf(word); start >= 0; start = reading.indexOf(word, start + 1)) {
    const end = start + word.length
    const piece = text.slice(start, end)
    const caseBits =
      piece === piece.toLowerCase() ? 1 : piece === piece.toUpperCase() || isCapitalised(piece) ? 2 : 2 + word.length
    yield { start, end, code: kindBits.siteWord + bits + caseBits, price, family: 'site-word' }
  }
}

function isCapitalised(word: string): boolean {
  return word.slice(1) === word.slice(1).toLowerCase()
}
