import type { TextView } from '../estimate/text-view.js'

/** What a stretch of a secret turned out to be. */
export const families = [
  'random',
  'separator',
  'word',
  'text',
  'repetition',
  'sequence',
  'keyboard',
  'date-or-number',
  'constant',
  'site-word',
  'uuid',
] as const

export type Family = (typeof families)[number]

/**
 * A stretch that a model can describe.
 *
 * `code` is its length in bits under a prefix code, that is, a code in which all descriptions together keep to Kraft's
 * inequality: it decides which description is chosen, and being honest there is what keeps random keys safe, since a
 * code that saves k bits on a random string does so once in 2^k. `price` is what the stretch is worth against somebody
 * who guesses: how many bits a list of what people pick there would have. Prices are far below codes, and are only
 * looked at once the description is chosen.
 */
export interface ModelSpan {
  readonly start: number
  readonly end: number
  readonly code: number
  readonly price: number
  readonly family: Family
}

/** A model that finds stretches as wholes. */
export interface SpanModel {
  spans(view: TextView): Iterable<ModelSpan>
}

/**
 * Bits of each character of a view: as the first of a stretch, and as a later one. Infinite where the model cannot say
 * it.
 */
export interface StreamBits {
  readonly first: Float64Array
  readonly later: Float64Array
}

/** A model that describes a stretch character by character and may stop after any of them. */
export interface StreamModel {
  readonly family: Family
  /** Bits to say that such a stretch begins, and that it ends. */
  readonly enter: number
  readonly exit: number
  /** Undefined where another model of the same family says the same view at least as well. */
  bits(view: TextView): StreamBits | undefined
  /** Worth of the stretch in bits. */
  price(view: TextView, start: number, end: number): number
}

/**
 * Bits to name the kind of the next stretch: minus the binary logarithm of how often one expects it in structured
 * secrets. Together they use up less than one whole (Kraft's inequality); a test adds them up.
 */
export const kindBits = {
  random: 2,
  word: 2,
  separator: 3,
  siteWord: 4,
  text: 4,
  copy: 4,
  sequence: 5,
  keyboard: 5,
  date: 6,
  number: 7,
  constant: 7,
  uuid: 7,
} as const

/** Bits of a whole number of 1 and more whose size is not known beforehand (Elias gamma code). */
export function countBits(count: number): number {
  return 2 * Math.floor(Math.log2(count)) + 1
}
