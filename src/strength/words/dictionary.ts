import { createRequire } from 'node:module'
import { foreignWords } from './languages.js'
import { shortWords, technicalWords } from './technical.js'

type English = typeof import('@zxcvbn-ts/language-en')
type Common = typeof import('@zxcvbn-ts/language-common')

export interface Entry {
  /** Place in its list, 1 for the commonest. */
  readonly rank: number
  /** What a guesser pays for it, in bits. */
  readonly price: number
}

export interface Dictionary {
  /** A lower-case word of 1 to {@link longestWord} characters. */
  find(word: string): Entry | undefined
  /** Length of the longest word that begins with these four characters (0: none); a quick way to dismiss a random text. */
  longestFrom(text: string, start: number): number
  /** Words to learn letter sequences from. */
  readonly sample: readonly string[]
  /** The commonest passwords and words, the commonest first: what somebody would take a digest of. */
  readonly commonest: readonly string[]
}

/**
 * Bits of a word of a diceware list, log2(7776). It is the ceiling as well: who picks a word picks one that they know,
 * and a list of everybody's words is no longer than that in effect.
 */
export const dicewareBits = Math.log2(7776)
export const longestWord = 24
/** Names beyond this rank are rarer than what the trigram model says of them. */
const mostNames = 20_000

let loaded: Dictionary | undefined

/**
 * The word lists, read and indexed on first use (about 0.2 s): `import` of this file costs nothing, since every run of
 * the program would pay for it. Lists are data of the `@zxcvbn-ts` language packages, and our own in this folder.
 */
export function dictionary(): Dictionary {
  loaded ??= load()
  return loaded
}

function load(): Dictionary {
  const require = createRequire(import.meta.url)
  const { dictionary: english } = require('@zxcvbn-ts/language-en') as English
  const { dictionary: common } = require('@zxcvbn-ts/language-common') as Common
  const diceware = new Set(common['diceware-common'])
  const entries = new Map<string, Entry>()
  const prefixes = new Uint8Array(36 ** 4)

  const add = (word: string, rank: number, price: number) => {
    if (word.length > longestWord) return
    const known = entries.get(word)
    if (known !== undefined && known.rank <= rank) return
    entries.set(word, { rank, price: known === undefined ? price : Math.min(price, known.price) })
    if (known !== undefined || word.length < 4) return
    const prefix = prefixIndex(word, 0)
    if (prefix >= 0 && word.length > (prefixes[prefix] as number)) prefixes[prefix] = word.length
  }

  const addList = (list: readonly string[], shortest: number) => {
    list.forEach((word, index) => {
      if (word.length < shortest || !isPlain(word)) return
      const price = diceware.has(word) ? dicewareBits : Math.min(dicewareBits, Math.log2(index + 1) + 1)
      add(word, index + 1, price)
    })
  }

  for (const word of shortWords) add(word, 20, 4)
  technicalWords.forEach((word) => add(word, 300, diceware.has(word) ? dicewareBits : 8))
  addList(english['commonWords-en'], 3)
  addList(english['wikipedia-en'], 3)
  addList(common['passwords-common'], 4)
  addList(common['diceware-common'], 3)
  addList(english['firstnames-en'], 3)
  addList(english['lastnames-en'].slice(0, mostNames), 4)
  foreignWords.forEach((word) => add(word, 2000, Math.min(dicewareBits, 11)))

  return {
    find: (word) => entries.get(word),
    longestFrom(text, start) {
      const prefix = prefixIndex(text, start)
      return prefix < 0 ? 0 : (prefixes[prefix] as number)
    },
    sample: [...english['commonWords-en'], ...english['firstnames-en'], ...english['lastnames-en'].slice(0, mostNames), ...foreignWords, ...foreignWords, ...foreignWords],
    commonest: [...common['passwords-common'].slice(0, 700), ...technicalWords, ...english['commonWords-en'].slice(0, 200)],
  }
}

/** No word of letters alone may be a number, nor hold a sign that folding takes for a letter. */
function isPlain(word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if (alphanumericIndex(word.charCodeAt(i)) < 0) return false
  }
  return true
}

function prefixIndex(text: string, start: number): number {
  let index = 0
  for (let i = start; i < start + 4; i++) {
    const digit = alphanumericIndex(text.charCodeAt(i))
    if (digit < 0) return -1
    index = index * 36 + digit
  }
  return index
}

function alphanumericIndex(code: number): number {
  if (code >= 97 && code <= 122) return code - 97
  return code >= 48 && code <= 57 ? code - 22 : -1
}
