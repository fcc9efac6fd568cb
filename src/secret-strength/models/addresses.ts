import { kindBits } from './code-lengths.js'
import type { SpanModel } from './model.js'

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'

const forms: readonly { pattern: RegExp; code: number; price: number }[] = [
  // A private or loopback address: whoever attacks the deployment knows the network's shape; 16 bits at most.
  {
    pattern: new RegExp(`(?:10|127|192\\.168|172\\.(?:1[6-9]|2\\d|3[01]))(?:\\.${octet}){2,3}`, 'y'),
    code: 28,
    price: 12,
  },
  // Any address: 32 bits written, and the ones that stand in a secret belong to the deployment's few networks.
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
      for (const form of forms) {
        form.pattern.lastIndex = start
        const match = form.pattern.exec(text)
        if (match === null) continue
        const end = start + match[0].length
        yield { start, end, code: kindBits.number + form.code, price: form.price, family: 'date-or-number' }
      }
    }
  },
}
