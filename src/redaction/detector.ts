import type { TextEnds } from './bare-values.js'
import { Exploration, textLayersOf } from './exploration.js'
import type { KnownValues } from './known-values.js'
import { onBase } from './text-layer.js'
import { readingOf, type Reading } from './text-units.js'
import { visibleLayer } from './shadow-layer.js'
import { shapedSpans } from './shapes/all-shapes.js'
import type { Found } from './span.js'

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
      ...(visible ? onBase(visible, shapedSpans(readingOf(visible.text)), text.length) : []),
      ...exploration.spansIn(base),
    ]
  }

  /**
   * The names of the known secrets of which something stands in a text, in whatever form.
   *
   * @throws Error when a part of the text could not be looked at
   */
  namesIn(text: string, isWhole: boolean): string[] {
    const names = new Set<string>()
    const look = (reading: Reading): readonly Found[] => {
      for (const name of this.#known.namesIn(reading)) names.add(name)
      return []
    }
    const exploration = new Exploration({ look, lookAtDecoded: () => [], isWhole })
    exploration.spansIn(readingOf(text))
    if (exploration.hasUnexplored) throw new Error('a part of the text could not be looked at')
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
