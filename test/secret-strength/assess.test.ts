import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assessment, assessSecret } from '../../src/secret-strength/index.js'
import { blindSecrets, laterBlindSecrets } from '../fixtures/strength/blind.js'
import { generators } from '../fixtures/strength/generators.js'
import { freshSource, seededSource } from '../fixtures/strength/random-source.js'
import { isRejected, isRejectedForContent, siteContext } from '../fixtures/strength/verdict.js'
import { weakSecrets } from '../fixtures/strength/weak.js'
import { propertyRuns } from '../property-runs.js'

const weak = weakSecrets().map((each) => ({ ...each, assessment: assessSecret(each.secret, siteContext) }))

describe('weak secrets', () => {
  it('are many, of every category, and mostly long enough that only their content gives them away', () => {
    expect(weak.length).toBeGreaterThanOrEqual(500)
    expect(new Set(weak.map(({ category }) => category)).size).toBeGreaterThanOrEqual(15)
    expect(weak.filter(({ secret }) => Buffer.byteLength(secret) >= 32).length).toBeGreaterThan(400)
  })

  it('are all rejected', () => {
    expect(weak.filter(({ assessment }) => !isRejected(assessment)).map(({ secret }) => secret)).toEqual([])
  })

  it('of 32 bytes and more are rejected for what they are', () => {
    const long = weak.filter(({ secret }) => Buffer.byteLength(secret) >= 32)
    expect(long.filter(({ assessment }) => !isRejectedForContent(assessment)).map(({ secret }) => secret)).toEqual([])
  })

  it.each([
    ['a hundred written without consulting the models, which were mended afterwards', blindSecrets, 100, 96],
    ['forty written after that, and not mended for', laterBlindSecrets, 40, 39],
  ] as const)(
    '%s: none is green, and as many are rejected as the documentation says',
    (_, secrets, count, rejected) => {
      const assessments = secrets.map((secret) => assessSecret(secret, siteContext))
      expect(assessments.length).toBe(count)
      expect(assessments.filter(isRejected).length).toBeGreaterThanOrEqual(rejected)
      const green = ({ bits, humanShaped }: Assessment) => bits === '>=160' && !humanShaped
      expect(assessments.filter((assessment) => !isRejected(assessment) && green(assessment))).toEqual([])
    },
  )
})

/** Of each source, of each generator. */
const keys = propertyRuns(250)

describe('random keys', () => {
  it.each(generators)(
    '$name: the same ones and as many fresh ones are in their bucket, without a reason',
    ({ bits, make }) => {
      for (const source of [seededSource('the same keys every time'), freshSource]) {
        for (let count = 0; count < keys; count++) {
          const key = make(source)
          const assessment = assessSecret(key, siteContext)
          expect({ key, reasons: assessment.reasons, bits: assessment.bits }).toEqual({ key, reasons: [], bits })
        }
      }
    },
  )
})

describe('what a secret must not be', () => {
  it.each([
    ['shorter than 32 bytes', 'Zk3!vX9qLw2@Rt7#Bn5$Yh8', 'too-short'],
    ['another setting', 'kT9wq2ZpX7vLs4RmB8nYc3HdF6gJ1aEu', 'equals-other-value'],
  ])('%s', (_, secret, reason) => {
    const context = { ...siteContext, otherValues: [{ name: 'DSN', value: 'kT9wq2ZpX7vLs4RmB8nYc3HdF6gJ1aEu' }] }
    expect(assessSecret(secret, context).reasons).toContain(reason)
  })

  it('counts bytes, not characters', () => {
    expect(assessSecret('ż'.repeat(16), siteContext).bytes).toBe('32-47')
    expect(assessSecret('ż'.repeat(15), siteContext).bytes).toBe('<32')
  })

  it.each([6, 8])('%i words of a list', (count) => {
    const words = ['correct', 'horse', 'battery', 'staple', 'window', 'garden', 'purple', 'monkey']
      .slice(0, count)
      .join('-')
    expect(isRejected(assessSecret(words, siteContext))).toBe(true)
  })
})

describe('an assessment', () => {
  it('takes any string, and holds nothing of it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 400 })), (secret) => {
        const text = JSON.stringify(assessSecret(secret, siteContext))
        if (secret.length >= 24) expect(text.includes(secret)).toBe(false)
        expect(text.length).toBeLessThan(1000)
      }),
      { numRuns: propertyRuns(300) },
    )
  })

  it.each([
    ['lone surrogates', '\uD800'.repeat(40)],
    ['NUL', '\0'.repeat(64)],
    ['one character, 100 kB of it', 'a'.repeat(100_000)],
    ['a bomb of brackets', '${'.repeat(50_000)],
  ])('settles on %s', (_, secret) => {
    expect(isRejected(assessSecret(secret, siteContext))).toBe(true)
  })
})
