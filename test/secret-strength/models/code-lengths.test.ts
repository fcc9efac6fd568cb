import { expect, it } from 'vitest'
import { kindBits } from '../../../src/secret-strength/models/model.js'
import { letterBits, letters } from '../../../src/secret-strength/words/letter-frequencies.js'
import { characterClasses } from '../../../src/secret-strength/models/random.js'

const share = (bits: readonly number[]) => bits.reduce((sum, each) => sum + 2 ** -each, 0)

/** Kraft's inequality: where it is broken, random keys come out shorter than they are, and are refused. */
it('kinds of stretches and classes of characters are prefix codes', () => {
  expect(share(Object.values(kindBits))).toBeLessThanOrEqual(1)
  expect(share(characterClasses.map(({ choice }) => choice))).toBeLessThanOrEqual(1)
})

it('letters after any two others are a distribution, with and without a more general one behind it', () => {
  const general = letterBits(['alpha', 'beta', 'gamma'])
  for (const table of [general, letterBits(['haslo', 'klucz'], general)]) {
    for (let row = 0; row < letters ** 3; row += letters) {
      expect(share([...table.subarray(row, row + letters)])).toBeCloseTo(1, 3)
    }
  }
})
