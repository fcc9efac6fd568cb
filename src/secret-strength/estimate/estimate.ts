import type { Layer, LayerName } from '../layers/encoding-layer.js'
import { fewSymbols } from '../models/few-symbols.js'
import type { Family } from '../models/model.js'
import { uniformBits } from '../models/random.js'
import { findUuids } from '../uuids.js'
import { parse, type Part } from './parse.js'
import { readingsOf } from './readings.js'
import { mostEstimated, type View, viewOf } from './text-view.js'
import { writtenOnce } from './written-once.js'

export interface Estimate {
  /** The lowest figure of all layers and readings, in bits. */
  readonly bits: number
  readonly layer: LayerName
  /** Most of the text is words of a language, in some layer. */
  readonly humanShaped: boolean
  /** What covers most of the text in the layer with the lowest figure; `random` when nothing was found. */
  readonly dominant: Family
}

/**
 * How much shorter than random a description must be before it is believed, in bits. A prefix code saves k bits on a
 * random
 * string once in 2^k, and a secret is described about ten times (layers, readings). In practice the models also spend
 * ten bits on
 * saying that a random string is random: of 60,000 random keys none was described in 4 bits less than its due, and the
 * frequency halves with every bit. At 14 that leaves less than one false alarm in a million.
 */
export const significance = 14

/** Below this there is nothing to gain from looking further: the lowest bucket but one is reached. */
const hopeless = 40

/**
 * The shortest description, over every layer and reading, then priced. What is not significantly shorter than a random
 * string of the smallest alphabet counts as random.
 *
 * @param layers readings of one secret, the raw one first
 * @param siteWords lower-case words of the deployment
 */
export function estimate(layers: readonly Layer[], siteWords: readonly string[]): Estimate {
  let lowest: Estimate = { bits: Infinity, layer: 'raw', humanShaped: false, dominant: 'random' }
  const units = layers.map(unitOf)
  for (const { layer, text, again } of units) {
    const bits = randomBits(text, layer.binary) + again
    if (bits < lowest.bits)
      lowest = { ...lowest, bits, layer: layer.name, dominant: again > 0 ? 'repetition' : 'random' }
  }
  const ceiling = lowest.bits - significance
  let humanShaped = false
  for (const { layer, text, again } of units) {
    for (const reading of readingsOf({ ...layer, text })) {
      const found = describe(viewOf(reading, layer.binary, siteWords, reading !== text), ceiling - again)
      if (found === undefined) continue
      humanShaped ||= found.humanShaped
      const bits = found.bits + again
      if (bits < lowest.bits)
        lowest = { ...found, bits, layer: layer.name, dominant: again > 0 ? 'repetition' : found.dominant }
    }
    if (lowest.bits < hopeless) break
  }
  return { ...lowest, humanShaped }
}

/** Bits to say that a text is written again, whatever how often: what a copy costs. */
const bitsToRepeat = 3

/**
 * What of a layer is estimated, and the bits to repeat it. A text that is written twice is judged once, or half of it
 * would count
 * as explained, and every chance likeness in the other half as significant.
 */
function unitOf(layer: Layer): { readonly layer: Layer; readonly text: string; readonly again: number } {
  const whole = layer.text.slice(0, mostEstimated)
  const text = writtenOnce(whole)
  return { layer, text, again: text === whole ? 0 : bitsToRepeat }
}

/** Bits of a text taken as random: each different version-4 UUID by what it has of chance, the rest by its alphabet. */
function randomBits(text: string, isBinary: boolean): number {
  const uuids = findUuids(text)
  if (uuids.length === 0) return uniformBits(text, isBinary)
  const different = new Map(uuids.map(({ start, end, bits }) => [text.slice(start, end).toLowerCase(), bits]))
  const rest = uuids.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text)
  return uniformBits(rest, isBinary) + [...different.values()].reduce((sum, bits) => sum + bits, 0)
}

function describe(view: View, ceiling: number): Omit<Estimate, 'layer'> | undefined {
  const few = fewSymbols(view)
  const parsed = parse(view)
  if (Math.min(few.code, parsed.code) > ceiling) return undefined
  // The shorter code decides, not the lower price: of a random half that stands twice every character is there twice,
  // and only that says nothing.
  if (few.code < parsed.code) return { bits: few.price, humanShaped: false, dominant: 'repetition' }
  const covered = coverage(parsed.parts)
  const human = (covered.get('word') ?? 0) + (covered.get('text') ?? 0)
  return { bits: parsed.price, humanShaped: human * 2 >= view.length, dominant: dominantOf(covered) }
}

function coverage(parts: readonly Part[]): Map<Family, number> {
  const covered = new Map<Family, number>()
  for (const { family, start, end } of parts) covered.set(family, (covered.get(family) ?? 0) + end - start)
  return covered
}

function dominantOf(covered: ReadonlyMap<Family, number>): Family {
  const explained = [...covered].filter(([family]) => family !== 'random' && family !== 'separator')
  explained.sort(([, one], [, other]) => other - one)
  return explained[0]?.[0] ?? 'random'
}
