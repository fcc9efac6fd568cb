import { fold } from './fold.js'

/** Letters a to z are 1 to 26; everything that may be between words is 0. */
export const letters = 27

interface Counts {
  readonly three: Float32Array
  readonly two: Float32Array
  readonly one: Float32Array
}

/** A letter after two others was seen this often, against the two-letter figure, before it counts as much. */
const weightOfPairs = 12
/** The same for one language against all of them together. */
const weightOfAll = 6

/**
 * Bits of each letter after the two before it, learnt from words: an array of 27³, indexed (before², before, letter).
 * Every row is a proper distribution: counts of three letters are mixed with those of two and of one (Witten and Bell's
 * idea), so that none is zero.
 *
 * @param sample words in lower case
 * @param inGeneral bits learnt from more and other words, which are in where the sample is silent
 */
export function letterBits(sample: readonly string[], inGeneral?: Float32Array): Float32Array {
  const counts = countsOf(sample)
  const total = sumOf(counts.one, 0)
  const bits = new Float32Array(letters ** 3)
  for (let pair = 0; pair < letters ** 2; pair++) {
    const row = pair * letters
    const shorter = (pair % letters) * letters
    const seenThree = sumOf(counts.three, row)
    const seenTwo = sumOf(counts.two, shorter)
    for (let letter = 0; letter < letters; letter++) {
      const p1 = ((counts.one[letter] as number) + 1) / (total + letters)
      const p2 = ((counts.two[shorter + letter] as number) + weightOfPairs * p1) / (seenTwo + weightOfPairs)
      const instead = inGeneral === undefined ? p2 : (p2 + 2 ** -(inGeneral[row + letter] as number)) / 2
      const weight = inGeneral === undefined ? weightOfPairs : weightOfAll
      bits[row + letter] = -Math.log2(
        ((counts.three[row + letter] as number) + weight * instead) / (seenThree + weight),
      )
    }
  }
  return bits
}

function countsOf(sample: readonly string[]): Counts {
  const three = new Float32Array(letters ** 3)
  const two = new Float32Array(letters ** 2)
  const one = new Float32Array(letters)
  const add = (counts: Float32Array, index: number) => {
    counts[index] = (counts[index] as number) + 1
  }
  for (const word of sample) {
    const plain = fold(word)
    let before = 0
    let last = 0
    for (let i = 0; i <= plain.length; i++) {
      const letter = i < plain.length ? letterIndex(plain.charCodeAt(i)) : 0
      const pair = last * letters + letter
      add(three, before * letters * letters + pair)
      add(two, pair)
      add(one, letter)
      before = last
      last = letter
    }
  }
  return { three, two, one }
}

function sumOf(counts: Float32Array, from: number): number {
  let sum = 0
  for (let i = from; i < from + letters; i++) sum += counts[i] as number
  return sum
}

export function letterIndex(code: number): number {
  return code >= 97 && code <= 122 ? code - 96 : 0
}
