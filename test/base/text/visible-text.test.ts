import { describe, expect, it } from 'vitest'
import { hasVisibleText, hiddenCharacter } from '../../../src/base/text/terminal-text.js'

describe('what a reader sees', () => {
  it.each(['x', '中', 'é', '🙂', '.', '\u200bx', 'a\u0301'])('%j is something', (text) =>
    expect(hasVisibleText(text)).toBe(true),
  )

  it.each([
    ['nothing', ''],
    ['blanks', ' \t\n\u00a0\u3000\u2003'],
    ['zero-width blanks', '\u200b\u200c\u200d\u2060\ufeff'],
    ['fillers that count as letters', '\u3164\u115f\u1160\uffa0'],
    ['the empty braille cell', '\u2800'],
    ['a mark without a letter', '\u0301\u0489'],
    ['variation selectors and tags', '\ufe0f\u{e0100}\u{e0041}'],
    ['controls', '\u0000\u0007\u009b'],
    ['private and unassigned characters', '\ue000\u{10ffff}\u0378'],
  ])('%s are not', (_, text) => expect(hasVisibleText(text)).toBe(false))

  it('has nothing hidden in it', () => {
    expect(['plain\ttext\n', 'Ünïcödé 中 🙂'].map(hiddenCharacter)).toEqual([undefined, undefined])
    expect(['a\u200bb', 'a\u202eb', 'a\u0007b', 'a\rb', '\u0000'].map(hiddenCharacter)).toEqual([
      '\\u{200b}',
      '\\u{202e}',
      '\\u{7}',
      '\\r',
      '\\u{0}',
    ])
  })
})
