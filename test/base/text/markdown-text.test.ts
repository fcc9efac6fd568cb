import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { code, fence, inline, paragraphs, table } from '../../../src/base/text/markdown-text.js'

/** What text from outside would use to be more than text. */
const nasty = fc
  .array(
    fc.constantFrom(
      '#',
      '# ',
      '|',
      '\\',
      '`',
      '```',
      '~~~',
      '<',
      '<b>',
      '</td>',
      '<!--',
      '-->',
      '>',
      '-',
      '---',
      '===',
      '\n',
      '\r\n',
      '\r',
      '\t',
      '\u001B[2J',
      '\u0000',
      '\u202E',
      '&lt;',
      '[x](y)',
      '![',
      '1. ',
      '* ',
      '_',
      '__',
      'word',
      ' ',
      '    ',
      'é',
      '🙂',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))
const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202E]/

/**
 * The text without its code spans, by the rule of CommonMark 6.1: a run of backticks without a backslash before it, up
 * to the next as long.
 */
function withoutCodeSpans(text: string): string {
  let rest = text
  let outside = ''
  for (;;) {
    const opening = /(?<!\\)(?:\\\\)*?(`+)/.exec(rest)
    if (opening === null) return outside + rest
    const ticks = opening[1]!
    const at = opening.index + opening[0].length
    const closing = new RegExp(`(?<!\`)\`{${ticks.length}}(?!\`)`).exec(rest.slice(at))
    outside += rest.slice(0, at - ticks.length)
    if (closing === null) return outside + rest
    rest = rest.slice(at + closing.index + ticks.length)
  }
}

/** Characters that Markdown would read, not the ones with a backslash before them. */
function unescaped(text: string): string {
  return text.replace(/\\[!-/:-@[-`{-~]/g, '')
}

describe('inline text', () => {
  it('is one line without control characters, tags, links, borders, emphasis or a beginning of anything', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const line = inline(text)
        expect(line).not.toMatch(control)
        expect(line).not.toContain('\n')
        expect(unescaped(line)).not.toMatch(/[<|`*[\]~#]/)
        expect(line).not.toMatch(/^(?:[-+>=]|\d+[.)](?:\s|$))/)
        expect(line).not.toMatch(/&(?!amp;|lt;)/)
      }),
    )
  })

  it('leaves ordinary words readable', () => {
    expect(inline('ARQ_PORT is 9100 (see docs/a-b.md), exit-code = 0')).toBe(
      'ARQ_PORT is 9100 (see docs/a-b.md), exit-code = 0',
    )
    expect(inline('_so_ *so* 2 < 3 && a > b')).toBe('\\_so\\_ \\*so\\* 2 &lt; 3 &amp;&amp; a > b')
    expect([inline('1. first'), inline('1.2.3')]).toEqual(['1\\. first', '1.2.3'])
    expect(inline('no \u001B[2J here')).toBe('no \\\\e\\[2J here')
  })

  it('keeps paragraphs apart', () => {
    expect(paragraphs('one\ntwo\n\n# three\n\n\n')).toBe('one two\n\n\\# three')
  })
})

describe('code', () => {
  it('is on one line and ends where it is to end, whatever it holds', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const span = code(text)
        expect(span).not.toMatch(control)
        expect(span).not.toContain('\n')
        expect(span.replaceAll('<code>', '').replaceAll('</code>', '').includes('|')).toBe(false)
        if (!span.startsWith('<code>')) expect(withoutCodeSpans(`${span} end`)).toBe(' end')
        else expect(unescaped(span.slice('<code>'.length, -'</code>'.length))).not.toMatch(/[<|`*[\]]/)
      }),
    )
  })

  it('shows what it is given', () => {
    expect(code('a `b` c')).toBe('``a `b` c``')
    expect(code('`a`')).toBe('`` `a` ``')
    expect(code('a\nb')).toBe('`a\\nb`')
    expect(code('a \\| b')).toBe('<code>a \\\\&#124; b</code>')
    expect(code('https://a.example | www.b.example')).toBe(
      '<code>https&#58;//a.example &#124; &#119;ww.b.example</code>',
    )
    expect(code(' ')).toBe('<code></code>')
  })
})

describe('a fence', () => {
  it('is closed by its last line and by no other', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const [first = '', ...rest] = fence(text, 'sh').split('\n')
        const last = rest.pop()
        const ticks = first.slice(0, -'sh'.length)
        expect(last).toBe(ticks)
        expect(rest.filter((line) => new RegExp(`^ {0,3}\`{${ticks.length},}\\s*$`).test(line))).toEqual([])
        expect(rest.join('\n')).not.toMatch(control)
      }),
    )
  })
})

it('a table has as many cells in each row as in its head, whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(nasty, nasty), { minLength: 1, maxLength: 4 }), (cells) => {
      const [block = ''] = table(
        ['a', 'b'],
        cells.map(([left, right]) => [inline(left), code(right)]),
      )
      const rows = block.split('\n')
      expect(rows).toHaveLength(cells.length + 2)
      // As GitHub splits a row: at borders that no backslash escapes.
      for (const row of rows) expect(row.replace(/\\[!-/:-@[-`{-~]/g, '').split('|')).toHaveLength(4)
    }),
  )
  expect(table(['a'], [])).toEqual([])
})
