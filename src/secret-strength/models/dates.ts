import { kindBits, type SpanModel } from './model.js'
import { findUuids } from '../hygiene.js'

const separator = '[-./_ :]?'

const year = '(?:19[3-9]\\d|20[0-6]\\d)'

const month = '(?:0[1-9]|1[0-2])'

const day = '(?:0[1-9]|[12]\\d|3[01])'

/** What can be where, the bits of the code, and what it is worth. Anchored at a position, all of fixed shape. */
const forms: readonly { pattern: RegExp; code: number; price: number }[] = [
  // A day of the last hundred years: 15 bits; which of three orders and which separator: 4.
  { pattern: sticky(`${year}${separator}${month}${separator}${day}`), code: 20, price: 14 },
  { pattern: sticky(`${day}${separator}${month}${separator}${year}`), code: 20, price: 14 },
  { pattern: sticky(`${month}${separator}${day}${separator}${year}`), code: 20, price: 14 },
  // A year alone: 131 of them, and nearly always one of the last thirty.
  { pattern: sticky(year), code: 9, price: 5 },
  // A time of day to the second.
  { pattern: sticky('[T ]?(?:[01]\\d|2[0-3]):?[0-5]\\d:?[0-5]\\d(?:Z|\\.\\d{3}Z)?'), code: 23, price: 12 },
  // Seconds or milliseconds since 1970, up to 2033: an attacker who knows the year of the secret has 25 bits to try.
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

/**
 * A UUID in its written form. Price: the bits its version leaves to chance (RFC 9562): 122 for version 4, none for the
 * others, which are made of clocks, addresses and names. The same one again is a copy, and costs as little.
 */
export const uuid: SpanModel = {
  *spans(view) {
    if (view.binary) return
    for (const { start, end, bits } of findUuids(view.text)) {
      yield { start, end, code: kindBits.uuid + 128, price: bits, family: 'uuid' }
    }
  },
}

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

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'

const addressForms: readonly { pattern: RegExp; code: number; price: number }[] = [
  // A private or loopback address: an attacker of the deployment knows the network's shape; 16 bits at most.
  {
    pattern: new RegExp(`(?:10|127|192\\.168|172\\.(?:1[6-9]|2\\d|3[01]))(?:\\.${octet}){2,3}`, 'y'),
    code: 28,
    price: 12,
  },
  // Any address: 32 bits written, and the ones that are in a secret belong to the deployment's few networks.
  { pattern: new RegExp(`${octet}(?:\\.${octet}){3}`, 'y'), code: 35, price: 20 },
  // A telephone number with its country code: area codes and exchanges leave about 25 bits of a country.
  { pattern: /\+[1-9]\d{0,2}(?:[ .-]?\(?\d{2,4}\)?){3,4}/y, code: 42, price: 25 },
  // A hardware address: the maker's half is public, and so are most of the makers' counters.
  { pattern: /[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}/iy, code: 51, price: 30 },
]

/** Network addresses and telephone numbers. Price: how many of them a deployment or a person has to choose from. */
export const addresses: SpanModel = {
  *spans({ text, length, binary }) {
    if (binary) return
    for (let start = 0; start < length; start++) {
      for (const form of addressForms) {
        form.pattern.lastIndex = start
        const match = form.pattern.exec(text)
        if (match === null) continue
        const end = start + match[0].length
        yield { start, end, code: kindBits.number + form.code, price: form.price, family: 'date-or-number' }
      }
    }
  },
}
