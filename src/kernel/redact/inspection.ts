import { BlockScrubber } from './block-scrubber.js'
import type { Detector } from './detector.js'
import { LosslessDecoder } from './lossless-utf8.js'

/** What is searched at a time, and how much of it again with the next part, in UTF-16 units. */
const BLOCK = 262_144
const OVERLAP = 16_384

/** Collects the names of the known secrets in a text of any length. */
class NameSearch {
  readonly #detector: Detector
  readonly #names = new Set<string>()
  #pending = ''

  constructor(detector: Detector) {
    this.#detector = detector
  }

  push(text: string): void {
    this.#pending += text
    let at = 0
    for (; this.#pending.length - at >= BLOCK + OVERLAP; at += BLOCK) this.#search(this.#pending.slice(at, at + BLOCK + OVERLAP), false)
    this.#pending = this.#pending.slice(at)
  }

  end(): string[] {
    this.#search(this.#pending, true)
    this.#pending = ''
    return [...this.#names]
  }

  #search(text: string, isWhole: boolean): void {
    for (const name of this.#detector.namesIn(text, isWhole)) this.#names.add(name)
  }
}

/** The names of the known secrets of which something stands in a text, in whatever form. */
export function namesThroughout(text: string, detector: Detector): string[] {
  const search = new NameSearch(detector)
  search.push(text)
  return search.end()
}

/** What there is to mask in an input. */
export interface Finding {
  /** Known secrets that stand in it, in any form; all of them when it could not be searched. */
  readonly names: readonly string[]
  /** Whether nothing would be masked: neither a known secret nor what looks like a credential. */
  readonly isClean: boolean
}

/** Looks through an input of any length in bounded memory, and passes nothing on. */
export class Inspection {
  readonly #decoder = new LosslessDecoder()
  readonly #search: NameSearch
  readonly #scrubber: BlockScrubber
  readonly #allNames: readonly string[]
  #isBroken = false

  constructor(detector: Detector, allNames: readonly string[]) {
    this.#search = new NameSearch(detector)
    this.#scrubber = new BlockScrubber((window, isWhole) => detector.find(window, isWhole))
    this.#allNames = allNames
  }

  push(chunk: Buffer): void {
    this.#guarded(() => this.#look(this.#decoder.write(chunk)))
  }

  /** What was found. Nothing may be pushed afterwards. */
  end(): Finding {
    let names: readonly string[] = []
    this.#guarded(() => {
      this.#look(this.#decoder.end())
      this.#scrubber.end()
      names = this.#search.end()
    })
    if (this.#isBroken) return { names: this.#allNames, isClean: false }
    return { names, isClean: names.length === 0 && !this.#scrubber.hasMasked }
  }

  #look(text: string): void {
    this.#search.push(text)
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
