import { spanModels, streamModels } from '../models/all.js'
import type { Family, Span } from '../models/model.js'
import type { View } from './view.js'

/** One stretch of a parse: where, what it is, and its worth in bits. */
export interface Part {
  readonly start: number
  readonly end: number
  readonly family: Family
  readonly price: number
}

/** The shortest description of a text, as stretches from beginning to end. */
export interface Parse {
  /** Bits of the description under the models' codes. */
  readonly code: number
  /** Bits against a guesser who thinks in the same stretches. */
  readonly price: number
  readonly parts: readonly Part[]
}

/** How the best description of a prefix ends: with a whole stretch, or with a stream that began at `start`. */
type Arrival = Span | { readonly stream: number; readonly start: number }

/**
 * Shortest path over the positions of a text: from each, every model may describe the next stretch. Codes alone choose
 * the path; prices are added up afterwards, along it. The work is linear in the length, but for the search for copies,
 * which is quadratic in the characters of a view (512 at most).
 */
export function parse(view: View): Parse {
  const n = view.length
  const best = new Float64Array(n + 1).fill(Infinity)
  best[0] = 0
  const arrivals: (Arrival | undefined)[] = []
  const spansFrom = spansByStart(view)
  const running = new Float64Array(streamModels.length).fill(Infinity)
  const since = new Int32Array(streamModels.length)

  for (let at = 0; at < n; at++) {
    const here = best[at] as number
    for (const span of spansFrom[at] ?? []) {
      const code = here + span.code
      if (code < (best[span.end] as number)) {
        best[span.end] = code
        arrivals[span.end] = span
      }
    }
    streamModels.forEach((model, stream) => {
      const code = running[stream] as number
      const goOn = code === Infinity ? code : code + model.step(view, at, false)
      const begin = here + model.enter < goOn ? here + model.enter + model.step(view, at, true) : Infinity
      if (begin < goOn) since[stream] = at
      const now = Math.min(begin, goOn)
      running[stream] = now
      if (now + model.exit < (best[at + 1] as number)) {
        best[at + 1] = now + model.exit
        arrivals[at + 1] = { stream, start: since[stream] as number }
      }
    })
  }
  const parts = partsAlong(view, arrivals)
  return { code: best[n] as number, price: parts.reduce((sum, part) => sum + part.price, 0), parts }
}

function spansByStart(view: View): readonly Span[][] {
  const byStart: Span[][] = Array.from({ length: view.length }, () => [])
  for (const model of spanModels) {
    for (const span of model.spans(view)) byStart[span.start]?.push(span)
  }
  return byStart
}

function partsAlong(view: View, arrivals: readonly (Arrival | undefined)[]): Part[] {
  const parts: Part[] = []
  for (let end = view.length; end > 0; ) {
    const arrival = arrivals[end]
    if (arrival === undefined) throw new Error('a text that no model describes')
    const { start } = arrival
    if ('stream' in arrival) {
      const model = streamModels[arrival.stream] as (typeof streamModels)[number]
      parts.push({ start, end, family: model.family, price: model.price(view, start, end) })
    } else {
      parts.push({ start, end, family: arrival.family, price: arrival.price })
    }
    end = start
  }
  return parts.reverse()
}
