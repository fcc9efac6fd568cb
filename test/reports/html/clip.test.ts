import fc from 'fast-check'
import { expect, it } from 'vitest'
import { clip, clipLine } from '../../../src/reports/html/html-page.js'

it('leaves what fits as it is', () => {
  expect(clip('abc', 3)).toBe('abc')
  expect(clipLine('a b', 3)).toBe('a b')
})

it('says how much of a text is missing', () => {
  expect(clip('x'.repeat(30), 11)).toBe(`${'x'.repeat(10)}… (20 characters more, in the result document)`)
})

it('makes one line of several, and gives up its end', () => {
  expect(clipLine('a\n\tb  c', 40)).toBe('a b c')
  expect(clipLine('word '.repeat(100), 12)).toBe('word word w…')
  expect(clipLine(`${' '.repeat(500)}x`, 10)).toBe('…')
})

it('never cuts a character in two', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('😀', 'a')), fc.integer({ min: 2, max: 20 }), (characters, limit) => {
      const text = characters.join('')
      // Half a character does not survive being written as UTF-8.
      for (const shown of [clip(text, limit), clipLine(text, limit)]) expect(Buffer.from(shown).toString()).toBe(shown)
      expect(clipLine(text, limit).length).toBeLessThanOrEqual(limit)
    }),
  )
})
