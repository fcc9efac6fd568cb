import { encodedSpans } from './encoded-runs.js'
import type { KnownValues } from './known-values.js'
import { stacked, type Layer } from './layer.js'
import { unwrappedLayers, visibleLayer } from './shadow-layer.js'
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
function readings(text: string, unwrapped: readonly Layer[]): Layer[] {
  const unescaped = unescapedLayers(text).flatMap((layer) => [
    layer,
    ...unwrappedLayers(layer.text).map((joined) => stacked(layer, joined)),
  ])
  return [...unwrapped, ...unescaped]
}

/** Finds all that must be masked in a text: known values in every form and reading, and what looks like a credential. */
export class Detector {
  readonly #known: KnownValues

  constructor(known: KnownValues) {
    this.#known = known
  }

  find(text: string): Found[] {
    const unwrapped = unwrappedLayers(text)
    const found: Found[] = [...this.#known.find(text), ...shapedSpans(text)]
    for (const layer of readings(text, unwrapped)) found.push(...onBase(layer, this.#known.find(layer.text), text.length))
    const visible = visibleLayer(text)
    if (visible) found.push(...onBase(visible, shapedSpans(visible.text), text.length))
    const [joined] = unwrapped
    const encoded = encodedSpans(joined?.text ?? text, (decoded) => this.#inspect(decoded))
    found.push(...(joined ? onBase(joined, encoded, text.length) : encoded))
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
    const unwrapped = unwrappedLayers(text)
    look(text)
    for (const layer of readings(text, unwrapped)) look(layer.text)
    encodedSpans(unwrapped[0]?.text ?? text, look)
    return [...names]
  }
}
