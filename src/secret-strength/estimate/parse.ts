import { spanModels, streamModels } from '../models/all.js'
import type { Family, ModelSpan, StreamBits, StreamModel } from '../models/model.js'
import type { TextView } from './text-view.js'

/** One stretch of a parse: where, what it is, and its worth in bits. */
export interface ParsedPart {
  readonly start: number
  readonly end: number
  readonly family: Family
  readonly price: number
}

/** The shortest description of a text, as stretches from beginning to end. */
interface Parse {
  /** Bits of the description under the models' codes. */
  readonly code: number
  /** Bits against a guesser who thinks in the same stretches. */
  readonly price: number
  readonly parts: readonly ParsedPart[]
}

/** How the best description of a prefix ends: with a whole stretch, or with a stream that began at `start`. */
type Arrival = ModelSpan | { readonly stream: StreamModel; readonly start: number }

/**
 * Shortest path over the positions of a text: from each, every model may describe the next stretch. Codes alone choose
 * the path; prices are added up afterwards, along it. The work is linear in the length, but for the search for copies,
 * which is quadratic in the characters of a view (512 at most).
 */
export function parse(view: TextView): Parse {
  const n = view.length
  const best = new Float64Array(n + 1).fill(Infinity)
  best[0] = 0
  const arrivals: (Arrival | undefined)[] = []
  const spansFrom = spansByStart(view)
  const streams = streamsOf(view)
  for (let at = 0; at < n; at++) {
    const here = best[at] as number
    for (const span of spansFrom[at] ?? []) {
      const code = here + span.code
      if (code < (best[span.end] as number)) {
        best[span.end] = code
        arrivals[span.end] = span
      }
    }
    for (const stream of streams) {
      const goOn = stream.running + (stream.bits.later[at] as number)
      const begin = here + stream.model.enter + (stream.bits.first[at] as number)
      if (begin < goOn) stream.start = at
      stream.running = Math.min(begin, goOn)
      const stop = stream.running + stream.model.exit
      if (stop < (best[at + 1] as number)) {
        best[at + 1] = stop
        arrivals[at + 1] = { stream: stream.model, start: stream.start }
      }
    }
  }
  const parts = partsAlong(view, arrivals)
  return { code: best[n] as number, price: parts.reduce((sum, part) => sum + part.price, 0), parts }
}

interface Stream {
  readonly model: StreamModel
  readonly bits: StreamBits
  running: number
  start: number
}

function streamsOf(view: TextView): readonly Stream[] {
  return streamModels.flatMap((model) => {
    const bits = model.bits(view)
    return bits === undefined ? [] : [{ model, bits, running: Infinity, start: 0 }]
  })
}

function spansByStart(view: TextView): readonly ModelSpan[][] {
  const byStart: ModelSpan[][] = Array.from({ length: view.length }, () => [])
  for (const model of spanModels) {
    for (const span of model.spans(view)) byStart[span.start]?.push(span)
  }
  return byStart
}

function partsAlong(view: TextView, arrivals: readonly (Arrival | undefined)[]): ParsedPart[] {
  const parts: ParsedPart[] = []
  for (let end = view.length; end > 0;) {
    const arrival = arrivals[end]
    if (arrival === undefined) throw new Error('a text that no model describes')
    const { start } = arrival
    if ('stream' in arrival) {
      parts.push({ start, end, family: arrival.stream.family, price: arrival.stream.price(view, start, end) })
    } else {
      parts.push({ start, end, family: arrival.family, price: arrival.price })
    }
    end = start
  }
  return parts.reverse()
}
