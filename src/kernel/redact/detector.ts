import { encodedSpans } from './encoded-runs.js'
import type { KnownValues } from './known-values.js'
import { stacked, type Layer } from './layer.js'
import { unwrappedLayer, visibleLayer } from './shadow-layer.js'
import { shapedSpans } from './shapes/index.js'
import type { Found, Span } from './span.js'
import { unescapedLayers } from './unescaped-layer.js'

/** Whether decoded bytes, one character each, read like text: no control characters, mostly ASCII. */
function looksLikeText(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what tells bytes from text
  if (/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(text)) return false
  return (text.match(/[\x80-\xff]/g)?.length ?? 0) <= text.length / 5
}

function onBase(layer: Layer, spans: readonly Found[], baseLength: number): Found[] {
  return spans.map((span) => {
    const base = layer.toBase(span)
    const isOpen = span.until !== undefined && span.end === layer.text.length
    return isOpen ? { start: base.start, end: baseLength, until: span.until } : base
  })
}

/** The text read without what a terminal hides or a wrap inserted, and with its escapes read. */
function readings(text: string): Layer[] {
  const unwrapped = unwrappedLayer(text)
  const unescaped = unescapedLayers(text).flatMap((layer) => {
    const joined = unwrappedLayer(layer.text)
    return joined ? [layer, stacked(layer, joined)] : [layer]
  })
  return [...(unwrapped ? [unwrapped] : []), ...unescaped]
}

/** Finds all that must be masked in a text: known values in every form and reading, and what looks like a credential. */
export class Detector {
  readonly #known: KnownValues

  constructor(known: KnownValues) {
    this.#known = known
  }

  find(text: string): Found[] {
    const found: Found[] = [...this.#known.find(text), ...shapedSpans(text)]
    for (const layer of readings(text)) found.push(...onBase(layer, this.#known.find(layer.text), text.length))
    const visible = visibleLayer(text)
    if (visible) found.push(...onBase(visible, shapedSpans(visible.text), text.length))
    const unwrapped = unwrappedLayer(text)
    const encoded = encodedSpans(unwrapped?.text ?? text, (decoded) => this.#inspect(decoded))
    found.push(...(unwrapped ? onBase(unwrapped, encoded, text.length) : encoded))
    return found
  }

  #inspect(decoded: string): Span[] {
    return [...this.#known.find(decoded), ...(looksLikeText(decoded) ? shapedSpans(decoded) : [])]
  }

  /** The names of the known secrets of which something stands in a text, in whatever form. */
  namesIn(text: string): string[] {
    const names = new Set<string>()
    const look = (reading: string): readonly Span[] => {
      for (const name of this.#known.namesIn(reading)) names.add(name)
      return []
    }
    look(text)
    for (const layer of readings(text)) look(layer.text)
    encodedSpans(unwrappedLayer(text)?.text ?? text, look)
    return [...names]
  }
}
