import fc from 'fast-check'
import { expect, it } from 'vitest'
import { beginningOf, cut } from '../../../src/reports/wording/finding.js'

it('keeps the end of what a command printed, where its cause is', () => {
  const printed = `the command ended with 101: ${'   Compiling crate v1.0.0 '.repeat(50)} error: could not compile shield due to 1 previous error`
  expect(cut(printed, 240)).toMatch(
    /^the command ended with 101: .*….*error: could not compile shield due to 1 previous error$/,
  )
})

it('keeps to its length, and both ends are those of the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'ż', '😀'), maxLength: 60 }),
      fc.integer({ min: 2, max: 40 }),
      (text, longest) => {
        const short = cut(text, longest)
        expect(short.length).toBeLessThanOrEqual(longest)
        expect(short).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/)
        const mark = short.indexOf('…')
        expect(mark === -1).toBe(text.length <= longest)
        if (mark === -1) expect(short).toBe(text)
        expect(text.startsWith(short.slice(0, Math.max(0, mark)))).toBe(true)
        expect(text.endsWith(short.slice(mark + 1))).toBe(true)
      },
    ),
  )
})

it('can keep the beginning alone', () => {
  expect(beginningOf('abcdef', 4)).toBe('abc…')
  expect(beginningOf('ab😀cd', 4)).toBe('ab…')
})
