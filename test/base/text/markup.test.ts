import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escape, html, Markup } from '../../../src/base/text/markup.js'

/** What a browser makes of escaped text. */
function unescape(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  }
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => named[entity] ?? '')
}

describe('html', () => {
  it('escapes text, between tags and in attributes', () => {
    expect(html`<p title="${'" onclick="x'}">${'<b> & \' "'}</p>`.toString()).toBe(
      '<p title="&quot; onclick=&quot;x">&lt;b&gt; &amp; &#39; &quot;</p>',
    )
  })

  it('leaves HTML of its own as it is, in lists too', () => {
    expect(html`<ul>${['a', 'b<'].map((each) => html`<li>${each}</li>`)}</ul>`.toString()).toBe(
      '<ul><li>a</li><li>b&lt;</li></ul>',
    )
    expect(html`${new Markup('<br>')}`.toString()).toBe('<br>')
  })

  it('writes numbers, and nothing for nothing', () => {
    expect(html`<i>${0}${undefined}${[]}</i>`.toString()).toBe('<i>0</i>')
  })

  it('refuses an attribute without quotes', () => {
    expect(() => html`<p title=${'x'}>`).toThrow('an attribute without quotes')
  })

  it('is not taken in by an object that looks like HTML of its own', () => {
    const impostor = JSON.parse('{"source":"<script>","toString":"<script>"}') as string
    expect(() => html`${impostor}`.toString()).toThrow(TypeError)
  })
})

describe('escaped text', () => {
  it('ends neither a tag nor a quotation, and shows what cannot be seen', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '&',
        '/',
        '\u0000',
        '\u001B',
        '\u009B',
        '\u202E',
        '\u2066',
        '\u2028',
        '\uFEFF',
        '\r',
        '\n',
        'a',
        ';',
        '\uD800',
      ),
    })
    fc.assert(
      fc.property(text, (given) => {
        expect(escape(given)).not.toMatch(
          /[<>"'\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]|&(?!lt;|gt;|quot;|#39;|amp;)/,
        )
      }),
    )
  })

  it('is read as what it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', ';', 'l', 't', '#', '3', '9', '\n', 'é', '日') }),
        (given) => {
          expect(unescape(escape(given))).toBe(given)
        },
      ),
    )
  })
})
