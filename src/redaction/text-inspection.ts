import type { TextEnds } from './bare-values.js'
import { BlockScrubber } from './block-scrubber.js'
import type { Detector } from './detector.js'
import { LosslessDecoder } from './lossless-utf8.js'

/** What is searched at a time, and how much of it again with the next part, in UTF-16 units. */
const BLOCK = 262_144
const OVERLAP = 16_384

/** Collects names in a text of any length, a block at a time. */
class BlockSearch {
  readonly #look: (text: string, ends: TextEnds) => readonly string[]
  readonly #names = new Set<string>()
  #pending = ''
  #isStart = true

  constructor(look: (text: string, ends: TextEnds) => readonly string[]) {
    this.#look = look
  }

  push(text: string): void {
    this.#pending += text
    let at = 0
    for (; this.#pending.length - at >= BLOCK + OVERLAP; at += BLOCK)
      this.#search(this.#pending.slice(at, at + BLOCK + OVERLAP), false)
    this.#pending = this.#pending.slice(at)
  }

  end(): string[] {
    this.#search(this.#pending, true)
    this.#pending = ''
    return [...this.#names]
  }

  #search(text: string, isEnd: boolean): void {
    for (const name of this.#look(text, { isStart: this.#isStart, isEnd })) this.#names.add(name)
    this.#isStart = false
  }
}

function nameSearch(detector: Detector): BlockSearch {
  return new BlockSearch((text, { isEnd }) => detector.namesIn(text, isEnd))
}

/** The names of the known secrets of which something is in a text, in whatever form. */
export function namesThroughout(text: string, detector: Detector): string[] {
  const search = nameSearch(detector)
  search.push(text)
  return search.end()
}

/** What there is to mask in an input. */
export interface SecretsInText {
  /** Known secrets that are in it, in any form; all of them when it could not be searched. */
  readonly names: readonly string[]
  /**
   * Secrets that cannot be masked, and whose value is in it by itself; all of them when it could not be searched.
   */
  readonly unmasked: readonly string[]
  /**
   * Whether nothing would be masked, neither a known secret nor what looks like a credential, and nothing is left that
   * should be.
   */
  readonly isClean: boolean
}

/** Looks through an input of any length in bounded memory, and passes nothing on. */
export class TextInspection {
  readonly #decoder = new LosslessDecoder()
  readonly #search: BlockSearch
  readonly #bareSearch: BlockSearch
  readonly #scrubber: BlockScrubber
  readonly #all: Pick<SecretsInText, 'names' | 'unmasked'>
  #isBroken = false

  /** @param all what is found when the input cannot be searched */
  constructor(detector: Detector, all: Pick<SecretsInText, 'names' | 'unmasked'>) {
    this.#search = nameSearch(detector)
    this.#bareSearch = new BlockSearch((text, ends) => detector.bareNamesIn(text, ends))
    this.#scrubber = new BlockScrubber((window, isWhole) => detector.find(window, isWhole))
    this.#all = all
  }

  push(chunk: Buffer): void {
    this.#guarded(() => this.#look(this.#decoder.write(chunk)))
  }

  /** What was found. Nothing may be pushed afterwards. */
  end(): SecretsInText {
    let names: readonly string[] = []
    let unmasked: readonly string[] = []
    this.#guarded(() => {
      this.#look(this.#decoder.end())
      this.#scrubber.end()
      names = this.#search.end()
      unmasked = this.#bareSearch.end()
    })
    if (this.#isBroken) return { ...this.#all, isClean: false }
    return { names, unmasked, isClean: names.length === 0 && unmasked.length === 0 && !this.#scrubber.hasMasked }
  }

  #look(text: string): void {
    this.#search.push(text)
    this.#bareSearch.push(text)
    this.#scrubber.push(text)
  }

  #guarded(step: () => void): void {
    if (this.#isBroken) return
    try {
      step()
    } catch {
      this.#isBroken = true
    }
  }
}
