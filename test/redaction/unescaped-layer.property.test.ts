import fc from 'fast-check'
import { expect, it } from 'vitest'
import { endOfEscape } from '../../src/redaction/escapes.js'
import { readingOf, textOfUnits } from '../../src/redaction/span.js'
import type { TextLayer } from '../../src/redaction/text-layer.js'
import { unescapedLayers } from '../../src/redaction/unescaped-layer.js'
import { propertyRuns } from '../property-runs.js'
import { unescapedLayersByPattern } from './reference-layers.js'

const signs = ['\\', '\\\\', '%', '&', '&#', '&#x', ';', '{', '}', 'u', 'U', 'x', 'X', '\\u', '\\x', '\\u{', '"', "'"]
const digits = [
  '0',
  '1',
  '3',
  '4',
  '7',
  '8',
  'a',
  'F',
  'g',
  '00',
  '0a',
  'c3',
  'A9',
  'e2',
  '82',
  'ac',
  '1f600',
  '110000',
]
const names = [
  'amp',
  'LT',
  'gt',
  'quot',
  'Apos',
  'n',
  'N',
  't',
  'r',
  'ſ',
  'K',
  '\u0130',
  '\ud83d\ude00',
  '\ud800',
  '\n',
  ' ',
]
const piece = fc.oneof(
  fc.constantFrom(...signs, ...digits, ...names),
  fc.constantFrom('%C3%A9', '\\303\\251', '\\xe2\\x82\\xac', '&amp;lt;', '\\\\\\"', '%25', '\\u0025'),
  fc.string({ maxLength: 6 }),
  fc.integer({ min: 120, max: 300 }).map((length) => 'x'.repeat(length)),
)
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))

function placesOf({ text: read, toBase }: Pick<TextLayer, 'text' | 'toBase'>): unknown {
  return {
    read,
    places: Array.from(read, (_, at) => [
      toBase({ start: at, end: at + 1 }),
      toBase({ start: at >> 1, end: read.length }),
    ]),
  }
}

it('escapes are read as the patterns read them, and each reading knows where it comes from', () => {
  fc.assert(
    fc.property(text, (written) => {
      const layers = unescapedLayers(readingOf(written))
      expect(JSON.stringify(layers.map(placesOf))).toBe(JSON.stringify(unescapedLayersByPattern(written).map(placesOf)))
      for (const { text: read, units, isNarrow, isPlain } of layers) {
        const { isNarrow: mayBeNarrow, isPlain: mayBePlain } = readingOf(read)
        expect(textOfUnits(units, false)).toBe(read)
        expect([isNarrow && !mayBeNarrow, isPlain && !mayBePlain]).toEqual([false, false])
      }
    }),
    { numRuns: propertyRuns(1500) },
  )
})

it('a backslash and any sign is an escape exactly where the pattern says so', () => {
  const single = /^\\[0aenrtbfv"'`\\/$ !&|;<>()[\]{}*?#~=%,:@+^-]/i
  for (let code = 0; code <= 0xffff; code++) {
    const written = `\\${String.fromCharCode(code)}`
    const end = single.test(written) ? 2 : 0
    if (endOfEscape(readingOf(written).units, 0, 7) !== end) expect.fail(`code ${code} is not as the pattern says`)
  }
})

it('the text of units is the text they are of', () => {
  const isSame = (written: string): boolean => {
    const { units, isNarrow } = readingOf(`_${written}`)
    return textOfUnits(units.subarray(1), isNarrow) === written
  }
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), isSame))
  for (const written of ['', 'a', '\xff', '\u0100', '\ud800', 'x\udc80y']) expect(isSame(written)).toBe(true)
})
