import fc from 'fast-check'
import { expect, it } from 'vitest'
import wrapAnsi from 'wrap-ansi'
import { breakLine, displayWidth } from '../../../src/base/text/terminal-text.js'

/** The library on an outline of the text, in which every word is a run of `x` of its width. */
function brokenByLibrary(line: string, width: number): readonly string[] {
  const words = line.match(/[^ ]+/g) ?? []
  const columns = line.length - words.join('').length + words.reduce((sum, word) => sum + displayWidth(word), 0)
  if (columns <= width) return [line]
  const widths = words.map((word) => Math.max(1, displayWidth(word)))
  let next = 0
  const outline = line.replace(/[^ ]+/g, () => 'x'.repeat(widths[next++]!))
  next = 0
  return wrapAnsi(outline, width)
    .split('\n')
    .map((row) => row.replace(/x+/g, () => words[next++]!))
}

it('a line is broken where the library breaks it', () => {
  const word = fc.constantFrom('', '', 'a', 'word', 'a-longer-word-than-most', '日本', 'é', '\u0301', '✓', '👩‍👩‍👧')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), fc.integer({ min: 1, max: 40 }), (words, width) => {
      const line = words.join(' ')
      expect(breakLine(line, width)).toEqual(brokenByLibrary(line, width))
    }),
    { numRuns: 3000 },
  )
})
