import { createHash } from 'node:crypto'

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
  /**
   * Bits of a letter after the two before it, as `letterBits` gives them: of English and names, then of the Slavic,
   * Germanic and Romance languages.
   */
  readonly learnt: readonly Float32Array[]
  /** The commonest passwords and words, the commonest first: what somebody would take a digest of. */
  readonly commonest: readonly string[]
}

export const longestWord = 24

/** What the lists come to. */
export interface Vocabulary {
  /** By a word of `a` to `z` and `0` to `9`: sixteenths of its code's bits times 256, and sixteenths of its price's. */
  readonly words: ReadonlyMap<string, number>
  readonly learnt: readonly Float32Array[]
  readonly commonest: readonly string[]
}

/**
 * The file of a vocabulary, in the byte order of the machine: the sha256 of all that follows; the sizes of seven
 * sections in bytes; the sections, each filled up to a multiple of four. They are: a hash table of the words (the
 * number of a word, from 1, or 0); where each word begins in the letters; its two figures; the letters; pairs of the
 * place of a prefix and the lengths of its words; what was learnt; the commonest words, as JSON.
 */
export function packVocabulary({ words, learnt, commonest }: Vocabulary): Uint8Array {
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * words.size + 1)))
  const starts = new Uint32Array(words.size + 1)
  const figures = Uint32Array.from(words.values())
  const letters = Buffer.from([...words.keys()].join(''), 'latin1')
  let place = 0
  for (const word of words.keys()) {
    let slot = hashOf(word) & (slots.length - 1)
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
    slots[slot] = place + 1
    starts[place + 1] = starts[place]! + word.length
    place += 1
  }
  const sections = [
    slots,
    starts,
    figures,
    letters,
    prefixesOf(words),
    joined(learnt),
    Buffer.from(JSON.stringify(commonest)),
  ]
  const content = Buffer.concat([
    bytesOf(Uint32Array.from(sections, ({ byteLength }) => byteLength)),
    ...sections.map((section) => padded(bytesOf(section))),
  ])
  return Buffer.concat([sha256(content), content])
}

/** @throws when the bytes are not all of a file that {@link packVocabulary} made */
export function unpackVocabulary(file: Uint8Array): Dictionary {
  const content = file.subarray(digestSize)
  if (!sha256(content).equals(file.subarray(0, digestSize)))
    throw new Error('the word lists of preflight are damaged: install it again')
  // Numbers are read where they lie, which must begin at a multiple of their size.
  const aligned = content.byteOffset % 4 === 0 ? content : content.slice()
  const sizes = numbers(aligned.subarray(0, 4 * sectionCount))
  let end = 4 * sectionCount
  const [slots, starts, figures, letters, prefixes, learnt, commonest] = Array.from(sizes, (size) => {
    const begin = end
    end += 4 * Math.ceil(size / 4)
    return aligned.subarray(begin, begin + size)
  }) as Sections
  const words = new WordTable(numbers(slots), numbers(starts), numbers(figures), letters, numbers(prefixes))
  return {
    find: (word) => words.find(word),
    lengthsFrom: (text, start) => words.lengthsFrom(text, start),
    learnt: parted(new Float32Array(learnt.buffer, learnt.byteOffset, learnt.byteLength / 4)),
    commonest: JSON.parse(Buffer.from(commonest).toString()) as readonly string[],
  }
}

type Sections = [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]

const digestSize = 32
const sectionCount = 7
/** Letters after two others, of 26 and what is between words. */
const learntSize = 27 ** 3

function sha256(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest()
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Uint32Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function padded(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes], 4 * Math.ceil(bytes.length / 4))
}

function numbers({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4)
}

/** By the first four characters of a word, or all of a shorter one: bit 4 for words of four characters, and so on. */
function prefixesOf(words: ReadonlyMap<string, number>): Uint32Array {
  const lengths = new Map<number, number>()
  for (const word of words.keys()) {
    const prefix = prefixIndex(word, 0, Math.min(4, word.length))
    lengths.set(prefix, (lengths.get(prefix) ?? 0) | (1 << word.length))
  }
  return Uint32Array.from([...lengths].flat())
}

function joined(tables: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(tables.length * learntSize)
  tables.forEach((table, index) => all.set(table, index * learntSize))
  return all
}

function parted(all: Float32Array): readonly Float32Array[] {
  return Array.from({ length: all.length / learntSize }, (_, index) =>
    all.subarray(index * learntSize, (index + 1) * learntSize),
  )
}

/** FNV-1a of a word's UTF-16 units. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

class WordTable {
  readonly #slots: Uint32Array
  readonly #starts: Uint32Array
  readonly #figures: Uint32Array
  readonly #letters: Uint8Array
  /** By the first one, two, three and four characters, with 36 standing for "no more". */
  readonly #lengths = new Uint32Array(37 ** 4)

  constructor(
    slots: Uint32Array,
    starts: Uint32Array,
    figures: Uint32Array,
    letters: Uint8Array,
    prefixes: Uint32Array,
  ) {
    this.#slots = slots
    this.#starts = starts
    this.#figures = figures
    this.#letters = letters
    for (let at = 0; at < prefixes.length; at += 2) this.#lengths[prefixes[at]!] = prefixes[at + 1]!
  }

  find(word: string): DictionaryEntry | undefined {
    const place = this.#placeOf(word)
    if (place === undefined) return undefined
    const figures = this.#figures[place]!
    return { code: (figures >> 8) / 16, price: (figures & 0xff) / 16 }
  }

  #placeOf(word: string): number | undefined {
    const last = this.#slots.length - 1
    for (let slot = hashOf(word) & last; this.#slots[slot] !== 0; slot = (slot + 1) & last) {
      const place = this.#slots[slot]! - 1
      if (this.#isAt(place, word)) return place
    }
    return undefined
  }

  #isAt(place: number, word: string): boolean {
    const start = this.#starts[place]!
    if (this.#starts[place + 1]! - start !== word.length) return false
    for (let at = 0; at < word.length; at++) if (this.#letters[start + at] !== word.charCodeAt(at)) return false
    return true
  }

  lengthsFrom(text: string, start: number): number {
    let lengths = 0
    for (let size = Math.min(4, text.length - start); size > 0; size--) {
      const prefix = prefixIndex(text, start, size)
      if (prefix >= 0) lengths |= this.#lengths[prefix]!
    }
    return lengths
  }
}

function prefixIndex(text: string, start: number, size: number): number {
  let index = 0
  for (let at = 0; at < 4; at++) {
    const digit = at < size ? alphanumericIndex(text.charCodeAt(start + at)) : 36
    if (digit < 0) return -1
    index = index * 37 + digit
  }
  return index
}

function alphanumericIndex(code: number): number {
  if (code >= 97 && code <= 122) return code - 97
  return code >= 48 && code <= 57 ? code - 22 : -1
}
