import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { collectVocabulary } from '../../../src/secret-strength/words/collect-vocabulary.js'
import {
  packVocabulary,
  unpackVocabulary,
  type Vocabulary,
} from '../../../src/secret-strength/words/packed-vocabulary.js'
import { propertyRuns } from '../../property-runs.js'

const nothing: Vocabulary = { words: new Map(), learnt: [], commonest: [] }
const word = fc.stringMatching(/^[a-z0-9]{1,24}$/)
const figures = fc.nat(0x1ffff)

it('finds the words that were packed, and no other', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(word, figures), { selector: ([name]) => name }),
      fc.array(word),
      (packed, others) => {
        const words = new Map(packed)
        const dictionary = unpackVocabulary(packVocabulary({ ...nothing, words }))
        for (const text of [...words.keys(), ...others]) {
          const known = words.get(text)
          expect(dictionary.find(text)).toEqual(
            known === undefined ? undefined : { code: Math.floor(known / 256) / 16, price: (known % 256) / 16 },
          )
        }
      },
    ),
    { numRuns: propertyRuns(300) },
  )
})

it('knows the lengths of the words that begin like a text', () => {
  const words = new Map(['a', 'ab', 'abcd', 'abcdef', 'b1'].map((name) => [name, 256]))
  const { lengthsFrom } = unpackVocabulary(packVocabulary({ ...nothing, words }))
  const lengths = (text: string): readonly number[] => {
    const bits = lengthsFrom(text, 0)
    return Array.from({ length: 25 }, (_, length) => length).filter((length) => (bits & (1 << length)) !== 0)
  }
  expect(lengths('abcdxyz')).toEqual([1, 2, 4, 6])
  expect(lengths('abc')).toEqual([1, 2])
  expect(lengths('b1')).toEqual([2])
  expect(lengths('ĄB')).toEqual([])
})

it('has no words, letters or digests when there are none', () => {
  const dictionary = unpackVocabulary(packVocabulary(nothing))
  expect(dictionary.find('word')).toBeUndefined()
  expect(dictionary).toMatchObject({ learnt: [], commonest: [] })
})

it('refuses a file of which one bit is different, and one that is cut off', () => {
  const file = packVocabulary({ ...nothing, words: new Map([['word', 300]]), commonest: ['admin1'] })
  for (let at = 0; at < file.length; at++) {
    const changed = file.slice()
    changed[at]! ^= 1
    expect(() => unpackVocabulary(changed)).toThrow('install it again')
  }
  expect(() => unpackVocabulary(file.subarray(0, -1))).toThrow('install it again')
  expect(() => unpackVocabulary(new Uint8Array())).toThrow('install it again')
})

it('is read at any place in memory', () => {
  const file = packVocabulary({ ...nothing, words: new Map([['word', 300]]) })
  const shifted = new Uint8Array(file.length + 1)
  shifted.set(file, 1)
  expect(unpackVocabulary(shifted.subarray(1)).find('word')).toBeDefined()
})

it('is in the build as the sources make it', () => {
  const built = readFileSync(join(import.meta.dirname, '../../../dist/words.bin'))
  expect(built.equals(packVocabulary(collectVocabulary()))).toBe(true)
})
