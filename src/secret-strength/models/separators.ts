import { kindBits } from './code-lengths.js'
import type { SpanModel } from './model.js'

const signs = ' -_.,:;/|+!?#@*&=\'"\n'
const bitsOfSign = Math.log2(signs.length)

/**
 * One sign between two stretches. Price: 1 bit. The sign between words is chosen once and kept, and there are three
 * that nearly everybody takes; eight words and their seven separators stay under what ten words are worth.
 */
export const separators: SpanModel = {
  *spans({ text, length, binary }) {
    if (binary) return
    for (let start = 0; start < length; start++) {
      if (!signs.includes(text.charAt(start))) continue
      const isRepeated = start > 0 && text.indexOf(text.charAt(start)) < start
      yield {
        start,
        end: start + 1,
        code: kindBits.separator + bitsOfSign,
        price: isRepeated ? 0 : 1,
        family: 'separator',
      }
    }
  },
}
