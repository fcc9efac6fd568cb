import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BundleError, entrySegments } from '../../../src/incidents/bundle/entries.js'
import { propertyRuns } from '../../property-runs.js'

function isRefused(name: string): boolean {
  try {
    entrySegments(name)
    return false
  } catch (thrown) {
    if (thrown instanceof BundleError && thrown.fault === 'unsafe-name') return true
    throw thrown
  }
}

describe('segmentsOf', () => {
  it('takes plain names apart', () => {
    expect(entrySegments('incident-2026.11/evidence/bus_status.json')).toEqual([
      'incident-2026.11',
      'evidence',
      'bus_status.json',
    ])
    expect(entrySegments('x'.repeat(100))).toEqual(['x'.repeat(100)])
  })

  it.each([
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    '.',
    '..',
    'a/..',
    'a/../b',
    './a',
    'a/.',
    '...',
    'a.',
    '.a',
    '-rf',
    'a b',
    'a:b',
    'c:',
    'C:/a',
    'a\\b',
    'a\0b',
    'a\nb',
    'a\n',
    '\u001b[2J',
    '\u009b2J',
    '\u202ea',
    '\u200ba',
    '\ufeffa',
    '\u00ada',
    'caf\u00e9',
    'cafe\u0301',
    '\ufffd',
    '~',
    '$HOME',
    '*',
    'a;b',
    '‮',
    'x'.repeat(101),
  ])('refuses %j', (name) => {
    expect(isRefused(name)).toBe(true)
  })

  it('lets no other character pass, wherever it is', () => {
    fc.assert(
      fc.property(
        fc
          .string({ unit: 'binary', minLength: 1, maxLength: 1 })
          .filter((character) => !/^[A-Za-z0-9._/-]$/.test(character)),
        fc.nat(4),
        (character, at) => {
          expect(isRefused(`${'a'.repeat(at)}${character}${'a'.repeat(4 - at)}`)).toBe(true)
        },
      ),
      { numRuns: propertyRuns(2000) },
    )
  })

  it('gives back exactly the name', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,98}[A-Za-z0-9]$/), { minLength: 1, maxLength: 4 }),
        (segments) => {
          expect(entrySegments(segments.join('/'))).toEqual(segments)
        },
      ),
    )
  })
})
