import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../src/checks/result/report.js'
import { reporter } from '../../src/reports/markdown.js'
import { everyDocument, everyDocumentAndHostileOnes, fileStyle } from './documents.js'

/** What is left of a text when everything that is shown as code is taken out of it: fences, spans, elements. */
function outsideCode(text: string): string {
  return text
    .replace(/^( *)(`{3,})text\n[\s\S]*?^\1\2$/gm, '')
    .replace(/<code>.*?<\/code>/g, '')
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '')
}

describe('Markdown', () => {
  it('fits into a comment, and says what it leaves out', async () => {
    const document = new Map(await everyDocument()).get('every-status')!
    const many: ResultDocument = { ...document, checks: Array.from({ length: 100 }, () => document.checks).flat() }
    const text = reporter.render(many, fileStyle)
    expect(text.length).toBeLessThanOrEqual(65_000)
    expect(text).toMatch(/^## ✖ preflight: NO-GO\n/)
    expect(text).toMatch(/\n\n\*\*\d+ more paragraphs do not fit here; all are in the result document\.\*\*\n$/)
    expect(text.split('<details>').length).toBe(text.split('</details>').length)
    for (const [name, each] of await everyDocumentAndHostileOnes())
      expect(reporter.render(each, fileStyle).length, name).toBeLessThanOrEqual(65_000)
  })

  it('nothing from outside is markup, a mention or a link', async () => {
    for (const [name, document] of await everyDocumentAndHostileOnes()) {
      const text = outsideCode(reporter.render(document, fileStyle))
      expect(text, name).not.toMatch(/<(?!\/?(details|summary)>)/)
      expect(
        text
          .split('\n')
          .filter((line) => /^\s*#/.test(line))
          .every((line) => /^#{2,3} ./.test(line) && !line.includes('owned')),
        name,
      ).toBe(true)
    }
  })

  it('lists what was not selected, what is waived and what does not apply, each with its reason', async () => {
    const documents = new Map(await everyDocument())
    expect(reporter.render(documents.get('go-of-a-part')!, fileStyle)).toContain(
      '<details><summary>Skipped with --skip (2)</summary>\n\n- `demo/gates/a`',
    )
    expect(reporter.render(documents.get('waived')!, fileStyle)).toContain(
      'waived until 2026-01-05, 3 days left, by ops (OPS-1): the vendor fixes it in March',
    )
    expect(reporter.render(documents.get('every-status')!, fileStyle)).toContain(
      '- – `demo/config/inapplicable` `its condition is false',
    )
  })
})
