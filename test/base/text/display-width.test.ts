import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakLine, cutToWidth, displayWidth, truncate, wrap } from '../../../src/base/text/terminal-text.js'

/** A family of four: seven code points, one character of two columns. */
const family = '👨‍👩‍👧‍👦'
/** `é` as two code points, which other forms of Unicode write as one. */
const decomposed = 'e\u0301'

it.each([
  ['日本', 4],
  [decomposed, 1],
  ['✔ ok', 4],
  [family, 2],
  ['🚀', 2],
  ['\u001B[31mred\u001B[39m', 3],
])('%j takes %i columns', (text, columns) => {
  expect(displayWidth(text)).toBe(columns)
})

describe('breaking a line', () => {
  const words = fc.array(
    fc.string({ unit: fc.constantFrom('a', 'b', '日', decomposed, '🚀', family, 'Å'), minLength: 1, maxLength: 9 }),
    { minLength: 1 },
  )

  it('keeps within the width but for wider words, and loses, changes and invents no word', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 60 }), (list, width) => {
        const lines = breakLine(list.join(' '), width)
        expect(lines.every((line) => displayWidth(line) <= width || !line.includes(' '))).toBe(true)
        expect(lines.flatMap((line) => line.split(' '))).toEqual(list)
      }),
    )
  })

  it('fills every line as far as it goes', () => {
    expect(breakLine('日本 語文 a 日', 7)).toEqual(['日本', '語文 a', '日'])
    expect(breakLine('🚀 🚀 🚀', 5)).toEqual(['🚀 🚀', '🚀'])
  })

  it('leaves the blanks of a line that fits', () => {
    expect(breakLine('  a   b', 7)).toEqual(['  a   b'])
  })
})

it('a paragraph is wrapped by what is seen of it', () => {
  expect(wrap('部署 前検査   が\n失敗', 9, '  ')).toBe('  部署\n  前検査\n  が 失敗')
  expect(wrap('\u001B[31mred\u001B[39m and blue', 12)).toBe('\u001B[31mred\u001B[39m and blue')
  expect(wrap('', 10, '  ')).toBe('  ')
})

it('no character is cut in two', () => {
  expect(cutToWidth(`${family}${family}a`, 3)).toEqual([family, `${family}a`])
  expect(cutToWidth('日本', 1)).toEqual(['日', '本'])
  expect(cutToWidth('ab cdefg', 3)).toEqual(['ab ', 'cde', 'fg'])
  expect(cutToWidth('abc', 0)).toEqual(['a', 'b', 'c'])
})

it.each([
  ['abcdef', 4, 'abc…'],
  ['日本語', 4, '日…'],
  ['日本語', 2, '…'],
  [`${family}${family}`, 3, `${family}…`],
  ['abc', 3, 'abc'],
  ['abc', 0, '…'],
])('%j within %i columns is %j', (text, width, expected) => {
  expect(truncate(text, width)).toBe(expected)
})
