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
