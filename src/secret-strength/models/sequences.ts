import { countBits, kindBits } from './code-lengths.js'
import type { SpanModel } from './model.js'

const shortest = 4
const largestStep = 16

/**
 * Characters or bytes at one distance from each other: `abcdef`, `9876`, `acegik`, `aaaa` (distance 0), bytes 0, 1, 2,
 * ….
 *
 * Price: 3 bits for where it starts (nearly always at an end of the alphabet), 2 for direction and distance. The length
 * is free: sequences end where the form is full.
 */
export const sequences: SpanModel = {
  *spans(view) {
    const { codes, length } = view
    const bitsOfStart = view.binary ? 8 : 6.6
    const stepBits = Math.log2(2 * largestStep + 1)
    for (let start = 0; start + 2 < length; start++) {
      const step = (codes[start + 1] as number) - (codes[start] as number)
      if (Math.abs(step) > largestStep) continue
      let end = start + 2
      while (end < length && (codes[end] as number) - (codes[end - 1] as number) === step) end++
      const size = end - start
      if (size < (step === 0 ? 3 : shortest)) continue
      const code = kindBits.sequence + bitsOfStart + stepBits + countBits(size)
      yield { start, end, code, price: 5, family: step === 0 ? 'repetition' : 'sequence' }
    }
  },
}
