import type { TextView } from '../estimate/text-view.js'
import { dictionary } from '../words/dictionary.js'
import { kindBits, type StreamBits, type StreamModel } from './model.js'
import { letters } from '../words/letter-frequencies.js'

const betweenWords = " -_.,'\n"
/** Two words in five are next to each other without a sign (`mojetajnehaslo`); else one of the signs. */
const shareOfJoined = 0.4
const bitsOfSeparator = Math.log2(betweenWords.length) - Math.log2(1 - shareOfJoined)
const bitsToGoOn = -Math.log2(31 / 32)
const bitsToStop = 5
/**
 * Case of a letter, by the two before it: small goes on small, a capital begins a word, two capitals go on as capitals.
 */
const bitsOfFirstCase = 1
const afterSmall = { small: -Math.log2(15 / 16), capital: 4 }
const afterOneCapital = { small: -Math.log2(3 / 4), capital: 2 }
const afterCapitals = { small: 4, capital: -Math.log2(15 / 16) }

/** Words of 7 letters from lists of 8,000 are 1.9 bits a letter, and whole sentences less. */
const bitsPerLetter = 2

/** English and names; then the Slavic, Germanic and Romance languages, each on top of the first. */
const languageCount = 4

/**
 * Text in a language, known or not, letter by letter: each by the two before it. It recognises what no list holds:
 * inflected words, names, slang, made-up but speakable words.
 *
 * Price: 2 bits a letter, whatever the letter, and nothing for what is between words. The trigram's own figure (3 to
 * 3.5) is a code length: it does not know the words, an attacker with that language's list does.
 */
export const textModels: readonly StreamModel[] = Array.from({ length: languageCount }, (_, language) => ({
  family: 'text' as const,
  enter: kindBits.text + Math.log2(languageCount),
  exit: bitsToStop,
  bits(view: TextView) {
    if (view.binary || (language > 0 && view.letters.every((letter) => letter === 0))) return undefined
    return bitsOfLetters(view, dictionary().learnt[language] as Float32Array)
  },
  price(view: TextView, start: number, end: number) {
    let count = 0
    for (let i = start; i < end; i++) if ((view.letters[i] as number) > 0) count++
    return count * bitsPerLetter
  },
}))

function bitsOfLetters(view: TextView, learntBits: Float32Array): StreamBits {
  const first = new Float64Array(view.length).fill(Infinity)
  const later = new Float64Array(view.length).fill(Infinity)
  let before = 0
  let last = 0
  for (let at = 0; at < view.length; at++) {
    const letter = view.letters[at] as number
    if (letter > 0) {
      first[at] = (learntBits[letter] as number) + bitsToGoOn + bitsOfFirstCase
      // A capital after a small letter begins a word (`MojeHaslo`), so what is before it says nothing of it.
      const row = beginsWord(view, at) ? 0 : before * letters + last
      const caseBits = last === 0 ? bitsOfFirstCase : bitsOfCase(view, at)
      later[at] = bitsOfLetter(learntBits, row, letter) + bitsToGoOn + caseBits
      before = beginsWord(view, at) ? 0 : last
    } else {
      if (betweenWords.includes(view.folded.charAt(at))) {
        later[at] = (learntBits[(before * letters + last) * letters] as number) + bitsToGoOn + bitsOfSeparator
      }
      before = 0
    }
    last = letter
  }
  return { first, later }
}

/** The next letter of the word, or the word ends here and the next one begins with it: the two chances add up. */
function bitsOfLetter(learntBits: Float32Array, row: number, letter: number): number {
  const goesOn = 2 ** -(learntBits[row * letters + letter] as number)
  if (row === 0) return -Math.log2(goesOn)
  const joined = shareOfJoined * 2 ** -((learntBits[row * letters] as number) + (learntBits[letter] as number))
  return -Math.log2(goesOn + joined)
}

function beginsWord(view: TextView, at: number): boolean {
  return at > 0 && view.isCapital[at] === 1 && view.isCapital[at - 1] === 0
}

function bitsOfCase(view: TextView, at: number): number {
  const wasCapital = view.isCapital[at - 1] === 1
  const wereCapitals = wasCapital && at > 1 && view.isCapital[at - 2] === 1
  const bits = wereCapitals ? afterCapitals : wasCapital ? afterOneCapital : afterSmall
  return view.isCapital[at] === 1 ? bits.capital : bits.small
}
