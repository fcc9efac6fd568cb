import { describe, expect, it } from 'vitest'
import { assessSecret } from '../../src/secret-strength/index.js'
import { writtenOnce } from '../../src/secret-strength/estimate/estimate.js'
import { alphabetKeys, doubledKeys, doublings } from '../fixtures/strength/alphabets.js'
import { freshSource, seededSource } from '../fixtures/strength/random-source.js'
import { isRejected, siteContext } from '../fixtures/strength/verdict.js'
import { propertyRuns } from '../property-runs.js'

const sources = [seededSource('alphabets'), freshSource]
const keysOfEach = 20
const doubledOfEach = propertyRuns(20)

describe('a random key of any alphabet has no reason against it', () => {
  it.each(alphabetKeys)('$name', ({ entropy, make }) => {
    for (const source of sources) {
      for (let count = 0; count < keysOfEach; count++) {
        const key = make(source)
        const { reasons, estimatedBits, bits } = assessSecret(key, siteContext)
        expect({ key, reasons }).toEqual({ key, reasons: [] })
        // A large alphabet is counted by what of it is in use, and never for more than it has.
        expect(estimatedBits, key).toBeGreaterThanOrEqual(Math.min(entropy, 112))
        expect(estimatedBits, key).toBeLessThanOrEqual(entropy * 1.4)
        if (entropy >= 240) expect({ key, bits }).toEqual({ key, bits: '>=160' })
      }
    }
  })

  it('these are more than 500 fresh ones', () => {
    expect(alphabetKeys.length * keysOfEach).toBeGreaterThanOrEqual(500)
  })
})

describe.each(doublings)('a random half written %s', (_, write) => {
  it.each(doubledKeys)('counts once: $name', ({ entropy, make }) => {
    for (const source of sources) {
      for (let count = 0; count < doubledOfEach; count++) {
        const key = write(make(source))
        const assessment = assessSecret(key, siteContext)
        expect({ key, reasons: assessment.reasons, isRejected: isRejected(assessment), bits: assessment.bits }).toEqual(
          { key, reasons: [], isRejected: false, bits: '112-159' },
        )
        expect(assessment.estimatedBits, key).toBeLessThan(entropy + 30)
      }
    }
  })
})

describe('a half that is too weak is not made better by writing it again', () => {
  it.each([
    ['64 bits of hex, twice', 8, 2],
    ['64 bits of hex, eight times', 8, 8],
    ['104 bits of hex, twice', 13, 2],
  ])('%s', (_, bytes, times) => {
    for (let count = 0; count < keysOfEach; count++) {
      const { reasons, estimatedBits } = assessSecret(freshSource(bytes).toString('hex').repeat(times), siteContext)
      expect(reasons).toEqual(['repetition'])
      expect(estimatedBits).toBeLessThan(bytes * 8 + 4)
    }
  })

  it.each(['password', 'hunter2!', 'arqonbus', 'Summer2026', 'qwertz', '12345', '密码', 'секрет', 'ab', 'a', '.*'])(
    '%s, again and again',
    (word) => {
      for (const times of [16, 17, 40]) {
        expect(isRejected(assessSecret(word.repeat(times), siteContext)), `${word} ${times}`).toBe(true)
        expect(
          isRejected(assessSecret(Array.from({ length: times }, () => word).join('-'), siteContext)),
          `${word} ${times}`,
        ).toBe(true)
      }
    },
  )

  it('few different characters of a large alphabet are few', () => {
    const of = (symbols: string): string =>
      Array.from(freshSource(32), (byte) => symbols.charAt(byte % symbols.length)).join('')
    for (const symbols of ['口日', '密码字', 'жш', 'ab', 'éè'])
      expect(
        assessSecret(of(symbols), siteContext).reasons.filter((reason) => reason !== 'too-short'),
        symbols,
      ).toEqual(['repetition'])
  })
})

describe('what is written once', () => {
  it.each([
    ['abcabc', 'abc'],
    ['abcabcab', 'abc'],
    ['abc-abc', 'abc'],
    ['abc-abc-abc', 'abc'],
    ['abc - abc', 'abc'],
    ['abc -- abc', 'abc -- abc'],
    ['abc-abc-', 'abc-'],
    ['aaaa', 'a'],
    ['abcd', 'abcd'],
    ['a', 'a'],
    ['', ''],
    ['abcabd', 'abcabd'],
    ['abcdab', 'abcdab'],
    ['abcdefgab', 'abcdefgab'],
  ])('of %j is %j', (text, once) => {
    expect(writtenOnce(text)).toBe(once)
  })
})
