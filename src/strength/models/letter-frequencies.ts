import { fold } from '../words/fold.js'

/** Letters a to z are 1 to 26; everything that may stand between words is 0. */
export const letters = 27

/**
 * Bits of each letter after the two before it, learnt from words: an array of 27³, indexed (before², before, letter). Every
 * row is a proper distribution (the counts of three letters, mixed with those of two and of one, so that none is zero).
 */
export function letterBits(sample: readonly string[]): Float32Array {
  const three = new Float32Array(letters ** 3)
  const two = new Float32Array(letters ** 2)
  const one = new Float32Array(letters)
  for (const word of sample) {
    let before = 0
    let last = 0
    const plain = fold(word)
    for (let i = 0; i <= plain.length; i++) {
      const letter = i < plain.length ? letterIndex(plain.charCodeAt(i)) : 0
      const pair = last * letters + letter
      const triple = before * letters * letters + pair
      three[triple] = (three[triple] as number) + 1
      two[pair] = (two[pair] as number) + 1
      one[letter] = (one[letter] as number) + 1
      before = last
      last = letter
    }
  }
  return mixed(three, two, one)
}

/** Each longer context counts as many times as it was seen, against a fixed weight for the shorter one (Witten and Bell's idea). */
function mixed(three: Float32Array, two: Float32Array, one: Float32Array): Float32Array {
  const weight = 20
  const bits = new Float32Array(letters ** 3)
  const total = one.reduce((sum, count) => sum + count, 0)
  for (let before = 0; before < letters; before++) {
    for (let last = 0; last < letters; last++) {
      const row = (before * letters + last) * letters
      const seenThree = sumOf(three, row)
      const seenTwo = sumOf(two, last * letters)
      for (let letter = 0; letter < letters; letter++) {
        const p1 = ((one[letter] as number) + 1) / (total + letters)
        const p2 = ((two[last * letters + letter] as number) + weight * p1) / (seenTwo + weight)
        const p3 = ((three[row + letter] as number) + weight * p2) / (seenThree + weight)
        bits[row + letter] = -Math.log2(p3)
      }
    }
  }
  return bits
}

function sumOf(counts: Float32Array, from: number): number {
  let sum = 0
  for (let i = from; i < from + letters; i++) sum += counts[i] as number
  return sum
}

export function letterIndex(code: number): number {
  return code >= 97 && code <= 122 ? code - 96 : 0
}
