import { foreignWords } from './fold.js'
import { shortWords, technicalWords } from './verses.js'
import { wordLists } from './word-lists.js'

export interface DictionaryEntry {
  /** Bits of the word under a prefix code: which list, and which place in it. */
  readonly code: number
  /** What a guesser pays for it, in bits. */
  readonly price: number
}

export interface Dictionary {
  /** A lower-case word of 1 to {@link longestWord} characters. */
  find(word: string): DictionaryEntry | undefined
  /**
   * Lengths that words beginning here may have: bit 4 for four characters, and so on. Looked up by the first four (or
   * fewer, for short words) alone, so that a random text is dismissed without searching.
   */
  lengthsFrom(text: string, start: number): number
  /** English words and everybody's names, to learn letter sequences from. */
  readonly sample: readonly string[]
  /** The commonest passwords and words, the commonest first: what somebody would take a digest of. */
  readonly commonest: readonly string[]
}

/**
 * Bits of a word of a diceware list, log2(7776). It is the ceiling as well: who picks a word picks one that they know,
 * and a list of everybody's words is no longer than that in effect.
 */
const dicewareBits = Math.log2(7776)
export const longestWord = 24

/** So many of the commonest English words are priced by their rank, diceware or not. */
const smallWords = 300
/** Names beyond this rank are rarer than what the trigram model says of them. */
const mostNames = 12_000

/** Bits to say "of this list", from how often one expects it; with them all lists together are one prefix code. */
const listBits = { common: 1.2, passwords: 3, diceware: 3, technical: 4, foreign: 4, names: 4, rare: 4 } as const

/** Places are coded as 1/rank; over 60,000 words those add up to ln 60,000. */
const bitsOfZipf = Math.log2(Math.log(60_000))

let loaded: Dictionary | undefined

/**
 * The word lists, read and indexed on first use: `import` of this file costs nothing, since every run of the program
 * would pay for it. Lists are data of the `@zxcvbn-ts` language packages, and our own in this folder.
 */
export function dictionary(): Dictionary {
  loaded ??= load()
  return loaded
}

function load(): Dictionary {
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
    find: (word) => index.find(word),
    lengthsFrom: (text, start) => index.lengthsFrom(text, start),
    sample: [...english['commonWords-en'], ...english['firstnames-en'], ...names],
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

/**
 * Words with their two figures in sixteenths of a bit, packed into one number: a hundred thousand objects cost 100 ms.
 */
class WordIndex {
  readonly #words = new Map<string, number>()
  /** By the first one, two, three and four characters, with 37 standing for "no more". */
  readonly #lengths = new Uint32Array(37 ** 4)

  /** The first list that has a word sets its price (diceware words keep theirs), the cheapest sets its code. */
  add(word: string, code: number, price: number): void {
    if (word.length > longestWord) return
    const sixteenths = Math.ceil(code * 16)
    const known = this.#words.get(word)
    if (known !== undefined) {
      if (sixteenths < known >> 8) this.#words.set(word, (sixteenths << 8) | (known & 0xff))
      return
    }
    if (!isAlphanumeric(word)) return
    this.#words.set(word, (sixteenths << 8) | Math.min(255, Math.floor(Math.min(price, dicewareBits) * 16)))
    const prefix = prefixIndex(word, 0, Math.min(4, word.length))
    this.#lengths[prefix] = (this.#lengths[prefix] as number) | (1 << word.length)
  }

  find(word: string): DictionaryEntry | undefined {
    const packed = this.#words.get(word)
    return packed === undefined ? undefined : { code: (packed >> 8) / 16, price: (packed & 0xff) / 16 }
  }

  lengthsFrom(text: string, start: number): number {
    let lengths = 0
    for (let size = Math.min(4, text.length - start); size > 0; size--) {
      const prefix = prefixIndex(text, start, size)
      if (prefix >= 0) lengths |= this.#lengths[prefix] as number
    }
    return lengths
  }
}

function isAlphanumeric(word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if (alphanumericIndex(word.charCodeAt(i)) < 0) return false
  }
  return true
}

function prefixIndex(text: string, start: number, size: number): number {
  let index = 0
  for (let i = 0; i < 4; i++) {
    const digit = i < size ? alphanumericIndex(text.charCodeAt(start + i)) : 36
    if (digit < 0) return -1
    index = index * 37 + digit
  }
  return index
}

function alphanumericIndex(code: number): number {
  if (code >= 97 && code <= 122) return code - 97
  return code >= 48 && code <= 57 ? code - 22 : -1
}
