import type { EncodingLayer, LayerName } from '../layers/encoding-layer.js'
import { fewSymbols, uniformBits } from '../models/random.js'
import type { Family } from '../models/model.js'
import { findUuids } from '../hygiene.js'
import { parse, type ParsedPart } from './parse.js'
import { mostEstimated, type TextView, viewOf } from './text-view.js'

interface Estimate {
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
 * random string once in 2^k, and a secret is described about ten times (layers, readings). In practice the models also
 * spend ten bits on saying that a random string is random: of 60,000 random keys none was described in 4 bits less than
 * its due, and the frequency halves with every bit. At 14 that leaves less than one false alarm in a million.
 */
const significance = 14

/** Below this there is nothing to gain from looking further: the lowest bucket but one is reached. */
const hopeless = 40

/**
 * The shortest description, over every layer and reading, then priced. What is not significantly shorter than a random
 * string of the smallest alphabet counts as random.
 *
 * @param layers readings of one secret, the raw one first
 * @param siteWords lower-case words of the deployment
 */
export function estimate(layers: readonly EncodingLayer[], siteWords: readonly string[]): Estimate {
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
 * would count as explained, and every chance likeness in the other half as significant.
 */
function unitOf(layer: EncodingLayer): {
  readonly layer: EncodingLayer
  readonly text: string
  readonly again: number
} {
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

function describe(view: TextView, ceiling: number): Omit<Estimate, 'layer'> | undefined {
  const few = fewSymbols(view)
  const parsed = parse(view)
  if (Math.min(few.code, parsed.code) > ceiling) return undefined
  // The shorter code decides, not the lower price: of a random half that occurs twice every character is there twice,
  // and only that says nothing.
  if (few.code < parsed.code) return { bits: few.price, humanShaped: false, dominant: 'repetition' }
  const covered = coverage(parsed.parts)
  const human = (covered.get('word') ?? 0) + (covered.get('text') ?? 0)
  return { bits: parsed.price, humanShaped: human * 2 >= view.length, dominant: dominantOf(covered) }
}

function coverage(parts: readonly ParsedPart[]): Map<Family, number> {
  const covered = new Map<Family, number>()
  for (const { family, start, end } of parts) covered.set(family, (covered.get(family) ?? 0) + end - start)
  return covered
}

function dominantOf(covered: ReadonlyMap<Family, number>): Family {
  const explained = [...covered].filter(([family]) => family !== 'random' && family !== 'separator')
  explained.sort(([, one], [, other]) => other - one)
  return explained[0]?.[0] ?? 'random'
}

/** What may be between a text and itself: `half-half`. */
const between = /^[^\p{L}\p{N}]{1,3}$/u

/**
 * What is written again and again in a text, once and without what is between: the shortest beginning that the whole
 * text repeats, at least twice, the last time perhaps cut off; the text itself where there is none. Linear (Knuth,
 * Morris and Pratt, 1977).
 */
export function writtenOnce(text: string): string {
  const period = text.length - longestBorder(text)
  const last = text.length % period
  if (last > 0 && period < text.length && between.test(text.slice(last, period))) return text.slice(0, last)
  return text.length >= 2 * period ? text.slice(0, period) : text
}

/** The length of the longest proper beginning of a text that is its end as well. */
function longestBorder(text: string): number {
  const borders = new Uint32Array(text.length + 1)
  let border = 0
  for (let at = 1; at < text.length; at++) {
    while (border > 0 && text.charCodeAt(at) !== text.charCodeAt(border)) border = borders[border] as number
    if (text.charCodeAt(at) === text.charCodeAt(border)) border++
    borders[at + 1] = border
  }
  return border
}

/**
 * The orders in which a layer is read: unchanged, every second, third and fourth character first (two words dealt into
 * one another like cards: `psaescsrweotr1d2`), and letters moved by thirteen; UUIDs also without their hyphens, since
 * `12345678-1234-4234-…` is a pattern only then. The first is the text itself.
 */
function* readingsOf({ text, binary }: EncodingLayer): Generator<string> {
  yield text
  if (text.length < 12 || binary) return
  for (const stride of [2, 3, 4]) yield dealt(text, stride)
  if (findUuids(text).length > 0) yield text.replaceAll('-', '')
  if (isMostlyLettersOfOneCase(text)) yield rotated(text)
}

function dealt(text: string, stride: number): string {
  let result = ''
  for (let from = 0; from < stride; from++) {
    for (let i = from; i < text.length; i += stride) result += text.charAt(i)
  }
  return result
}

/** Random base64 mixes the cases; there, rotating would only cost time. */
function isMostlyLettersOfOneCase(text: string): boolean {
  const lower = text.replace(/[^a-z]/gu, '').length
  const upper = text.replace(/[^A-Z]/gu, '').length
  return Math.max(lower, upper) >= text.length * 0.6
}

/** Keeps the case: a reading that says less than the text would look shorter than random by what it lost. */
function rotated(text: string): string {
  return text.replace(/[A-Za-z]/gu, (letter) => {
    const code = letter.charCodeAt(0)
    const first = code < 97 ? 65 : 97
    return String.fromCharCode(((code - first + 13) % 26) + first)
  })
}
