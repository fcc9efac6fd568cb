import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PatternError, compilePattern, longestMatchedText } from '../../src/definitions/pattern.js'
import { propertyRuns } from '../property-runs.js'

/**
 * Patterns in the syntax that the host's engine and ours share, over an alphabet small enough for matches to happen.
 */
const patterns = fc.letrec<{ atom: string; part: string; sequence: string; whole: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      '1',
      '-',
      '.',
      '\\d',
      '\\w',
      '\\W',
      '\\.',
      '[ab]',
      '[^a]',
      '[a-c1]',
      '[\\d-]',
      '\\n',
      '\\x61',
      '^',
      '$',
      '\\b',
      '\\B',
      'é',
      '😀',
    ),
    tie('whole').map((inside) => `(${inside})`),
    tie('whole').map((inside) => `(?:${inside})`),
  ),
  part: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '*?', '{2}', '{0,2}', '{1,}'))
    .map(([atom, quantifier]) => (/^(\^|\$|\\b|\\B)$/.test(atom) ? atom : atom + quantifier)),
  sequence: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
  whole: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((options) => options.join('|')),
})).whole

const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '-', '.', ' ', '\n', 'é', '😀'), maxLength: 8 })

describe('compilePattern', () => {
  it('agrees with the host on whether a text matches', () => {
    fc.assert(
      fc.property(patterns, texts, (source, text) => {
        // Between the halves of a surrogate pair the host finds no place at all, and RE2 one that is not a word
        // boundary.
        fc.pre(!(/\\[bB]/.test(source) && [...text].length < text.length))
        // The alphabet holds none of the blanks on which \s differs between RE2 and the host.
        expect(compilePattern(source).matches(text)).toBe(new RegExp(source, 'u').test(text))
      }),
      { numRuns: propertyRuns(1500) },
    )
  })

  it.each([
    ['^\\d+\\.\\d+$', '1.82', true],
    ['^\\d+\\.\\d+$', '1x82', false],
    ['', '', true],
    ['^$', 'a', false],
    ['colou?r', 'my colour', true],
    ['^(?:prod|staging)$', 'production', false],
    ['a{3}', 'aa', false],
    ['\\bgo\\b', 'no-go', true],
  ])('%s on %s', (source, text, expected) => {
    expect(compilePattern(source).matches(text)).toBe(expected)
  })

  it.each(['^(a+)+$', '^(a|a)*$', '(.*)*(.*)*x', 'a*a*a*a*a*b', '([a-z]+)*\\d'])('is not held up by %s', (source) => {
    const text = `${'a'.repeat(5_000)}!`
    expect(compilePattern(source).matches(text)).toBe(false)
  })

  it.each([
    '(',
    ')',
    '[',
    '[]',
    '[z-a]',
    '*a',
    'a{2}{3}',
    'a{3,2}',
    'a{2000}',
    '((a{100}){100}){100}',
    '(a)\\1',
    '(?=a)',
    '(?<!a)b',
    '\\q',
    '\\',
    '\\xg0',
    'x'.repeat(1001),
  ])('refuses %s', (source) => {
    expect(() => compilePattern(source)).toThrow(PatternError)
  })

  it('refuses a text that is too long, instead of judging a part of it', () => {
    expect(() => compilePattern('b').matches('a'.repeat(longestMatchedText + 1))).toThrow(RangeError)
  })

  it('throws nothing but PatternError, whatever the source', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (source) => {
        try {
          compilePattern(source)
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError)
        }
      }),
    )
  })
})
