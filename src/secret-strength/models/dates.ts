import { kindBits } from './code-lengths.js'
import type { SpanModel } from './model.js'

const separator = '[-./_ :]?'
const year = '(?:19[3-9]\\d|20[0-6]\\d)'
const month = '(?:0[1-9]|1[0-2])'
const day = '(?:0[1-9]|[12]\\d|3[01])'

/** What can stand where, the bits of the code, and what it is worth. Anchored at a position, all of fixed shape. */
const forms: readonly { pattern: RegExp; code: number; price: number }[] = [
  // A day of the last hundred years: 15 bits; which of three orders and which separator: 4.
  { pattern: sticky(`${year}${separator}${month}${separator}${day}`), code: 20, price: 14 },
  { pattern: sticky(`${day}${separator}${month}${separator}${year}`), code: 20, price: 14 },
  { pattern: sticky(`${month}${separator}${day}${separator}${year}`), code: 20, price: 14 },
  // A year alone: 131 of them, and nearly always one of the last thirty.
  { pattern: sticky(year), code: 9, price: 5 },
  // A time of day to the second.
  { pattern: sticky('[T ]?(?:[01]\\d|2[0-3]):?[0-5]\\d:?[0-5]\\d(?:Z|\\.\\d{3}Z)?'), code: 23, price: 12 },
  // Seconds or milliseconds since 1970, up to 2033: whoever knows the year the secret was made has 25 bits to try.
  { pattern: sticky('1[0-9]{9}(?:[0-9]{3})?'), code: 46, price: 25 },
]

/**
 * Dates, years, times of day, Unix times. Price: the number of days, years or seconds that people mean, not of those
 * that can be written.
 */
export const dates: SpanModel = {
  *spans({ text, length, binary }) {
    if (binary) return
    for (let start = 0; start < length; start++) {
      const code = text.charCodeAt(start)
      if (!(code >= 48 && code <= 57) && code !== 84 && code !== 32) continue
      for (const form of forms) {
        form.pattern.lastIndex = start
        const match = form.pattern.exec(text)
        if (match === null) continue
        const end = start + match[0].length
        yield { start, end, code: kindBits.date + form.code, price: form.price, family: 'date-or-number' }
      }
    }
  },
}

function sticky(pattern: string): RegExp {
  return new RegExp(pattern, 'y')
}
