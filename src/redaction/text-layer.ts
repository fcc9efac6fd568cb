import type { Found, Span } from './span.js'

/** A text read in another way, which knows for every stretch where it comes from. */
export interface Layer {
  readonly text: string
  /** The stretch of the text below that a stretch of this layer stands for. */
  toBase(span: Span): Span
}

/**
 * What is kept of each stretch: where it is in the layer, where in the text below, its length here and its length
 * there.
 */
const FIELDS = 4

/** Puts a layer together from copied, replaced and left-out stretches of the text below it. */
export class LayerBuilder {
  readonly #base: string
  readonly #parts: string[] = []
  /** Plain numbers, four for each stretch: a text may have as many stretches as it has escapes. */
  readonly #stretches: number[] = []
  #length = 0

  constructor(base: string) {
    this.#base = base
  }

  copy(start: number, end: number): void {
    this.#add(this.#base.slice(start, end), start, end)
  }

  replace(start: number, end: number, text: string): void {
    this.#add(text, start, end)
  }

  #add(text: string, start: number, end: number): void {
    if (text === '') return
    this.#stretches.push(this.#length, start, text.length, end - start)
    this.#parts.push(text)
    this.#length += text.length
  }

  build(): Layer {
    const stretches = this.#stretches
    /** The position's stretch, by bisection. */
    const stretchAt = (position: number): number => {
      let low = 0
      let high = stretches.length / FIELDS - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (stretches[middle * FIELDS]! <= position) low = middle
        else high = middle - 1
      }
      return low * FIELDS
    }
    const edge = (position: number, isEnd: boolean): number => {
      if (stretches.length === 0) return 0
      const [at = 0, base = 0, length = 0, baseLength = 0] = stretches.slice(
        stretchAt(position),
        stretchAt(position) + FIELDS,
      )
      if (length === baseLength) return base + (position - at) + (isEnd ? 1 : 0)
      return base + (isEnd ? baseLength : 0)
    }
    return {
      text: this.#parts.join(''),
      toBase: (span) => ({ start: edge(span.start, false), end: edge(span.end - 1, true) }),
    }
  }
}

/** A layer over a layer, as one. */
export function stacked(below: Layer, above: Layer): Layer {
  return { text: above.text, toBase: (span) => below.toBase(above.toBase(span)) }
}

/** Spans of a layer as spans of the text below; one that is open at the layer's end is open at the end of that text. */
export function onBase(layer: Layer, spans: readonly Found[], baseLength: number): Found[] {
  return spans.map((span) => {
    const base = layer.toBase(span)
    const isOpen = span.until !== undefined && span.end === layer.text.length
    return isOpen ? { start: base.start, end: baseLength, until: span.until } : base
  })
}
