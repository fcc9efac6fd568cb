import type { Found, Span } from './span.js'

/** A stretch of a layer and the stretch of the text below that it stands for. */
interface Segment {
  readonly at: number
  readonly base: number
  readonly length: number
  readonly baseLength: number
}

/** A text read in another way, which knows for every stretch where it comes from. */
export interface Layer {
  readonly text: string
  /** The stretch of the text below that a stretch of this layer stands for. */
  toBase(span: Span): Span
}

/** Puts a layer together from copied, replaced and left-out stretches of the text below it. */
export class LayerBuilder {
  readonly #base: string
  readonly #parts: string[] = []
  readonly #segments: Segment[] = []
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
    this.#segments.push({ at: this.#length, base: start, length: text.length, baseLength: end - start })
    this.#parts.push(text)
    this.#length += text.length
  }

  build(): Layer {
    const segments = this.#segments
    const segmentAt = (position: number): Segment | undefined => {
      let low = 0
      let high = segments.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((segments[middle]?.at ?? 0) <= position) low = middle
        else high = middle - 1
      }
      return segments[low]
    }
    const edge = (position: number, isEnd: boolean): number => {
      const segment = segmentAt(position)
      if (!segment) return 0
      if (segment.length === segment.baseLength) return segment.base + (position - segment.at) + (isEnd ? 1 : 0)
      return segment.base + (isEnd ? segment.baseLength : 0)
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
