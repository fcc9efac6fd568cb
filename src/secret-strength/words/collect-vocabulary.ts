import { foreignWords, germanicWords, romanceWords, slavicWords } from './fold.js'
import { letterBits } from './letter-frequencies.js'
import { longestWord, type Vocabulary } from './packed-vocabulary.js'
import { englishVerses, germanicVerses, romanceVerses, shortWords, slavicVerses, technicalWords } from './verses.js'
import { wordLists } from './word-lists.js'

/**
 * Bits of a word of a diceware list, log2(7776). It is the ceiling as well: who picks a word picks one that they know,
 * and a list of everybody's words is no longer than that in effect.
 */
const dicewareBits = Math.log2(7776)

/** So many of the commonest English words are priced by their rank, diceware or not. */
const smallWords = 300
/** Names beyond this rank are rarer than what the trigram model says of them. */
const mostNames = 12_000

/** Bits to say "of this list", from how often one expects it; with them all lists together are one prefix code. */
const listBits = { common: 1.2, passwords: 3, diceware: 3, technical: 4, foreign: 4, names: 4, rare: 4 } as const

/** Places are coded as 1/rank; over 60,000 words those add up to ln 60,000. */
const bitsOfZipf = Math.log2(Math.log(60_000))

/**
 * Reads and indexes all lists, which takes a fifth of a second. They are data of the `@zxcvbn-ts` language packages,
 * and our own in this folder.
 */
export function collectVocabulary(): Vocabulary {
  const { common, english } = wordLists()
  const index = new WordIndex()
  const diceware = common['diceware-common']
  const names = english['lastnames-en'].slice(0, mostNames)

  // A sentence's small words are on every list, and "that" is not drawn from thousands.
  english['commonWords-en'].slice(0, smallWords).forEach((word, place) => {
    if (word.length >= 3) index.add(word, listBits.common + bitsOfZipf + Math.log2(place + 1), Math.log2(place + 1) + 1)
  })
  diceware.forEach((word) => index.add(word, listBits.diceware + dicewareBits, dicewareBits))
  const ranked = (list: readonly string[], shortest: number, bits: number) => {
    list.forEach((word, place) => {
      if (word.length >= shortest) index.add(word, bits + bitsOfZipf + Math.log2(place + 1), Math.log2(place + 1) + 1)
    })
  }
  const alike = (list: readonly string[], bits: number, price: number) => {
    for (const word of list) index.add(word, bits + Math.log2(list.length), price)
  }
  alike(shortWords, listBits.common + 3, 4)
  ranked(english['commonWords-en'], 3, listBits.common)
  alike(technicalWords, listBits.technical, 8)
  ranked(english['wikipedia-en'], 3, listBits.rare)
  ranked(common['passwords-common'], 4, listBits.passwords)
  ranked(english['firstnames-en'], 3, listBits.names)
  ranked(names, 4, listBits.names)
  alike(foreignWords, listBits.foreign, 11)

  return {
    words: index.words,
    learnt: learntLetters([...english['commonWords-en'], ...english['firstnames-en'], ...names]),
    commonest: [
      ...composed(common['passwords-common']),
      ...common['passwords-common'].slice(0, 700),
      ...technicalWords,
      ...english['commonWords-en'].slice(0, 200),
    ],
  }
}

const suffixes = ['1', '12', '123', '1234', '!', '123!', '2023', '2024', '2025', '2026']
const parts = [
  'jwt',
  'secret',
  'key',
  'token',
  'auth',
  'my',
  'super',
  'test',
  'dev',
  'prod',
  'api',
  'app',
  'shared',
  'signing',
  'session',
  'master',
  'access',
  'hs256',
  'hmac',
]

/** The commonest words with what is put behind them, and the trade's words in pairs (`admin123`, `jwt-secret`). */
function composed(passwords: readonly string[]): readonly string[] {
  const withSuffixes = [...passwords.slice(0, 60), ...parts, 'admin'].flatMap((word) =>
    suffixes.map((suffix) => word + suffix),
  )
  const pairs = parts.flatMap((one) => parts.flatMap((other) => ['', '-', '_'].map((between) => one + between + other)))
  return [...withSuffixes, ...pairs]
}

/** English and names; then the Slavic, Germanic and Romance languages, each on top of the first. */
function learntLetters(sample: readonly string[]): readonly Float32Array[] {
  const sentences = [englishVerses, slavicVerses, germanicVerses, romanceVerses].join(' ').trim().split(/\s+/u)
  const general = letterBits([...sample, ...sentences])
  const language = (verses: string, words: readonly string[]) => {
    const running = verses.trim().split(/\s+/u)
    return letterBits([...running, ...running, ...words], general)
  }
  return [
    general,
    language(slavicVerses, slavicWords),
    language(germanicVerses, germanicWords),
    language(romanceVerses, romanceWords),
  ]
}

/** Words with their two figures in sixteenths of a bit, packed into one number. */
class WordIndex {
  readonly words = new Map<string, number>()

  /** The first list that has a word sets its price (diceware words keep theirs), the cheapest sets its code. */
  add(word: string, code: number, price: number): void {
    if (word.length > longestWord) return
    const sixteenths = Math.ceil(code * 16)
    const known = this.words.get(word)
    if (known !== undefined) {
      if (sixteenths < known >> 8) this.words.set(word, (sixteenths << 8) | (known & 0xff))
      return
    }
    if (/^[a-z0-9]+$/.test(word))
      this.words.set(word, (sixteenths << 8) | Math.min(255, Math.floor(Math.min(price, dicewareBits) * 16)))
  }
}
