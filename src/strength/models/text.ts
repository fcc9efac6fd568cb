import type { View } from '../estimate/view.js'
import { dictionary } from '../words/dictionary.js'
import { kindBits } from './code-lengths.js'
import { letterBits, letterIndex, letters } from './letter-frequencies.js'
import type { StreamModel } from './model.js'

const betweenWords = " -_.,'\n"
const bitsOfSeparator = Math.log2(betweenWords.length)
const bitsToGoOn = -Math.log2(15 / 16)
const bitsToStop = 4
/** Going on in the same case as the letter before, and changing it: 31 to 1, but even at the start of a word. */
const bitsSameCase = -Math.log2(31 / 32)
const bitsChangedCase = 5
const bitsOfFirstCase = 1

/** Words of 7 letters from lists of 8,000 are 1.9 bits a letter, and whole sentences less. */
const bitsPerLetter = 2

let learnt: Float32Array | undefined

/**
 * Text in a language, known or not, letter by letter: each by the two before it, learnt from English and a dozen other
 * languages' words and names. It recognises what no list holds: inflected words, names, slang, made-up but speakable words.
 *
 * Price: 2 bits a letter, whatever the letter, and nothing for what stands between words. The trigram's own figure
 * (3 to 3.5) is a code length: it does not know the words, an attacker with that language's list does.
 */
export const text: StreamModel = {
  family: 'text',
  enter: kindBits.text,
  exit: bitsToStop,
  step(view, position, isFirst) {
    if (view.binary) return Infinity
    const symbol = view.folded.charCodeAt(position)
    const letter = letterIndex(symbol)
    const isSeparator = letter === 0
    if (isSeparator && (isFirst || !betweenWords.includes(view.folded.charAt(position)))) return Infinity
    learnt ??= letterBits(dictionary().sample)
    const last = isFirst ? 0 : letterIndex(view.folded.charCodeAt(position - 1))
    const before = isFirst || position < 2 || last === 0 ? 0 : letterIndex(view.folded.charCodeAt(position - 2))
    const bits = learnt[(before * letters + last) * letters + letter] as number
    return bits + bitsToGoOn + (isSeparator ? bitsOfSeparator : caseBits(view, position, last === 0))
  },
  price(view, start, end) {
    let count = 0
    for (let i = start; i < end; i++) if (letterIndex(view.folded.charCodeAt(i)) > 0) count++
    return count * bitsPerLetter
  },
}

function caseBits(view: View, position: number, startsWord: boolean): number {
  if (startsWord) return bitsOfFirstCase
  return isCapital(view, position) === isCapital(view, position - 1) ? bitsSameCase : bitsChangedCase
}

function isCapital(view: View, position: number): boolean {
  const code = view.codes[position] as number
  return code >= 65 && code <= 90
}
