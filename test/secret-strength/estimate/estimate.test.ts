import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimate } from '../../../src/secret-strength/estimate/estimate.js'
import { parse } from '../../../src/secret-strength/estimate/parse.js'
import { mostEstimated, viewOf } from '../../../src/secret-strength/estimate/text-view.js'
import { layersOf } from '../../../src/secret-strength/layers/layers-of.js'
import { belowLarge, seededSource } from '../../fixtures/strength/random-source.js'
import { uuid4 } from '../../fixtures/strength/generators.js'
import { dicewareWords } from '../../fixtures/strength/diceware-words.js'

const judge = (secret: string, siteWords: string[] = []) => estimate(layersOf(secret), siteWords)

describe('diceware', () => {
  const source = seededSource('diceware')
  const passphrase = (count: number, between: string) =>
    Array.from({ length: count }, () => dicewareWords[belowLarge(source, dicewareWords.length)]).join(between)

  it.each([
    [6, 40, 112],
    [8, 64, 112],
    [10, 112, 160],
  ])('%i words are between %i and %i bits, and human text', (count, from, below) => {
    for (const between of ['-', ' ', '.', '_']) {
      for (let times = 0; times < 25; times++) {
        const secret = passphrase(count, between)
        const { bits, humanShaped } = judge(secret)
        expect({ secret, humanShaped, isWithin: bits >= from && bits < below }).toEqual({
          secret,
          humanShaped: true,
          isWithin: true,
        })
      }
    }
  })
})

describe('UUIDs', () => {
  const source = seededSource('uuid')
  const one = uuid4(source)
  const other = uuid4(source)

  it('count 122 bits each, and the same one once', () => {
    expect(judge(one).bits).toBe(122)
    expect(judge(`${one}${other}`).bits).toBe(244)
    expect(judge(`${one}${one}`).bits).toBeLessThan(130)
    expect(judge(`{${one}}`).bits).toBeLessThan(160)
  })

  it('of a pattern count as the pattern', () => {
    expect(judge('12345678-1234-4234-8234-123456789012').bits).toBeLessThan(64)
  })
})

describe('context', () => {
  it('the deployment’s own words are cheaper than any other', () => {
    const secret = 'zorblattwibblefrotz-zorblattwibblefrotz-1'
    expect(judge(secret, ['zorblatt', 'wibble', 'frotz']).bits).toBeLessThan(judge(secret).bits)
  })
})

describe('readings', () => {
  const texts = ['footballprincess', 'sunshinebaseball', 'dragonshadow2024', 'monkeymaster1234']

  it.each([2, 3, 4])('deals %i texts apart', (count) => {
    const dealt = Array.from({ length: 16 }, (_, i) =>
      texts
        .slice(0, count)
        .map((text) => text.charAt(i))
        .join(''),
    ).join('')
    expect(parse(viewOf(dealt, false, [])).price).toBeGreaterThan(112)
    expect(judge(dealt).bits).toBeLessThan(112)
  })

  it('turns letters back by thirteen', () => {
    expect(judge('guvf vf n irel frperg xrl sbe gur ncc').bits).toBeLessThan(112)
  })
})

describe('text in other languages, without a sign between the words', () => {
  it.each([
    'lesenfantsjouentdanslejardinpublic',
    'nuestroabuelotrabajabaenlafabrica',
    'przyjdzdomniewieczoremnapiwoikarty',
    'KartofelnaSalatkaBabciJankiZSierpnia',
  ])('%s', (secret) => {
    expect(judge(secret).bits).toBeLessThan(112)
  })
})

describe('parse', () => {
  it('covers any text from beginning to end, without a gap', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
        const view = viewOf(text, false, [])
        const { parts, price, code } = parse(view)
        let at = 0
        for (const { start, end } of parts) {
          expect(start).toBe(at)
          at = end
        }
        expect(at).toBe(view.length)
        expect(price).toBeGreaterThanOrEqual(0)
        expect(Number.isFinite(code)).toBe(true)
      }),
    )
  })

  it('looks at no more than its bound, so that the work does not grow with the length', () => {
    expect(viewOf('a'.repeat(100_000), false, []).length).toBe(mostEstimated)
  })
})
