import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalDigest } from '../../src/definitions/yaml-node.js'

/** As digests were made at first: locks, approvals and kept results have them. */
function referenceDigest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(withSortedKeys(value)))
    .digest('hex')
}

function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return withSortedKeys((value.toJSON as () => unknown).call(value))
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, withSortedKeys(item)])
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const key = fc.oneof(fc.string(), fc.nat(120).map(String), fc.constantFrom('a', 'b', 'aa', '-1', '01', '4294967295'))

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constantFrom(null, undefined), fc.date()),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
}))

it('a digest is what it always was', () => {
  fc.assert(
    fc.property(fc.dictionary(key, value), (each) => {
      expect(canonicalDigest(each)).toBe(referenceDigest(each))
    }),
    { numRuns: 1000 },
  )
})

it('the order of keys does not matter', () => {
  expect(canonicalDigest({ b: 1, a: { d: 2, c: 3 } })).toBe(canonicalDigest({ a: { c: 3, d: 2 }, b: 1 }))
  expect(canonicalDigest([1, 2])).not.toBe(canonicalDigest([2, 1]))
})

it('what JSON cannot hold has none', () => {
  expect(() => canonicalDigest(undefined)).toThrow(TypeError)
})
