import type { TextEnds } from './bare-values.js'
import type { KnownValues } from './known-values.js'
import { onBase, byteListLayer, stacked, type TextLayer, utf8Layer } from './text-layer.js'
import { readingOf, type TextUnits, type Found } from './span.js'
import { visibleLayer, unwrappedLayers } from './shadow-layer.js'
import { shapedSpans } from './shapes/all-shapes.js'
import { encodedSpans } from './encoded-runs.js'
import { unescapedLayers } from './unescaped-layer.js'

/** Whether decoded bytes, one character each, read like text: no control characters, mostly ASCII. */
function looksLikeText(text: string): boolean {
  if (/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(text)) return false
  return (text.match(/[\x80-\xff]/g)?.length ?? 0) <= text.length / 5
}

/**
 * Finds all that must be masked in a text: known values in every form and reading, and what looks like a credential.
 */
export class Detector {
  readonly #known: KnownValues

  constructor(known: KnownValues) {
    this.#known = known
  }

  /** @param isWhole whether the text ends here: what is compressed can be judged only when all of it is there */
  find(text: string, isWhole: boolean): Found[] {
    const base = readingOf(text)
    const visible = visibleLayer(base)
    const exploration = new Exploration({
      look: (reading) => this.#known.find(reading),
      lookAtDecoded: (decoded) => (looksLikeText(decoded.text) ? shapedSpans(decoded) : []),
      isWhole,
    })
    return [
      ...shapedSpans(base),
      ...(visible ? onBase(visible, shapedSpans(visible), text.length) : []),
      ...exploration.spansIn(base),
    ]
  }

  /**
   * The names of the known secrets of which something is in a text, in whatever form.
   *
   * @throws Error when a part of the text could not be searched
   */
  namesIn(text: string, isWhole: boolean): string[] {
    const names = new Set<string>()
    const look = (reading: TextUnits): readonly Found[] => {
      for (const name of this.#known.namesIn(reading)) names.add(name)
      return []
    }
    const exploration = new Exploration({ look, lookAtDecoded: () => [], isWhole })
    exploration.spansIn(readingOf(text))
    if (exploration.hasUnexplored) throw new Error('a part of the text could not be searched')
    return [...names]
  }

  /**
   * The names of the secrets that cannot be masked and stand for themselves in a text, also under escapes, colours and
   * wraps.
   */
  bareNamesIn(text: string, ends: TextEnds): string[] {
    if (!this.#known.hasBare) return []
    return this.#known.bareNamesIn([text, ...textLayersOf(readingOf(text)).map((layer) => layer.text)], ends)
  }
}

const MAX_DEPTH = 3

/** How many characters may be read for each one of the text, and how many at least. What is left is masked unread. */
const EFFORT_PER_CHARACTER = 48

const LEAST_EFFORT = 4_000_000

interface ExplorationOptions {
  /** Says what must not be seen of a reading. */
  readonly look: (reading: TextUnits) => readonly Found[]
  /** The same for texts that had to be decoded, one character for each byte. */
  readonly lookAtDecoded: (decoded: TextUnits) => readonly Found[]
  readonly isWhole: boolean
}

/**
 * The text read without what a terminal hides or a wrap inserted, and that with its escapes read, also those that a
 * wrap broke; and once more without the wraps that were escaped themselves.
 */
function textLayersOf(reading: TextUnits): TextLayer[] {
  const unwrapped = unwrappedLayers(reading)
  const [joined] = unwrapped
  const unescaped = unescapedLayers(joined ?? reading).map((layer) => (joined ? stacked(joined, layer) : layer))
  const again = unescaped.flatMap((layer) => unwrappedLayers(layer).map((above) => stacked(layer, above)))
  return [...unwrapped, ...unescaped, ...again]
}

/**
 * Looks at a text in all its readings, and at what is encoded or compressed in any of them, to depth 3. The effort is
 * bounded: a text may be made so that it never ends.
 */
class Exploration {
  /** Whether something could not be looked at, and was masked for that. */
  hasUnexplored = false
  readonly #options: ExplorationOptions
  #effort = 0

  constructor(options: ExplorationOptions) {
    this.#options = options
  }

  /** What must not be seen of a text. */
  spansIn(base: TextUnits): Found[] {
    this.#effort = Math.max(LEAST_EFFORT, base.text.length * EFFORT_PER_CHARACTER)
    return this.#explore(base, 0)
  }

  #explore(reading: TextUnits, depth: number): Found[] {
    const { look, lookAtDecoded } = this.#options
    const layers = textLayersOf(reading)
    const found: Found[] = [...look(reading), ...(depth > 0 ? lookAtDecoded(reading) : [])]
    for (const layer of layers) {
      this.#effort -= layer.text.length
      found.push(...onBase(layer, [...look(layer), ...this.#encoded(layer, depth)], reading.text.length))
    }
    // A joined text holds all the runs of the text itself.
    if (layers.length === 0 || !reading.text.includes('\n')) found.push(...this.#encoded(reading, depth))
    const bytes = depth < MAX_DEPTH ? byteListLayer(reading) : undefined
    if (bytes) found.push(...this.#above(reading, bytes, depth + 1))
    const characters = depth > 0 ? utf8Layer(reading) : undefined
    if (characters) found.push(...this.#above(reading, characters, depth))
    return found
  }

  #encoded(reading: TextUnits, depth: number): Found[] {
    if (depth >= MAX_DEPTH) return []
    const bytes = byteListLayer(reading)
    const spans = encodedSpans(reading, {
      inspect: (decoded) => this.#explore(decoded, depth + 1),
      spend: (characters) => this.#spend(characters),
      isWhole: this.#options.isWhole || depth > 0,
    })
    return bytes ? [...spans, ...this.#above(reading, bytes, depth + 1)] : spans
  }

  /** What must not be seen of a text, as a layer over it shows. */
  #above(reading: TextUnits, layer: TextLayer, depth: number): Found[] {
    if (!this.#spend(layer.text.length)) return [{ start: 0, end: reading.text.length }]
    return onBase(layer, this.#explore(layer, depth), reading.text.length)
  }

  /** Whether so many more characters may be read. */
  #spend(characters: number): boolean {
    this.#effort -= characters
    if (this.#effort < 0) this.hasUnexplored = true
    return this.#effort >= 0
  }
}
