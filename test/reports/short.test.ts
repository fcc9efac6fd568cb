import { expect, it } from 'vitest'
import type { ResultDocument } from '../../src/checks/result/report.js'
import { reporter } from '../../src/reports/short.js'
import { everyDocument, everyDocumentAndHostileOnes, fileStyle } from './documents.js'

it('is a few short lines whatever the document holds, and mentions no one', async () => {
  for (const [name, document] of await everyDocumentAndHostileOnes()) {
    const lines = reporter.render(document, fileStyle).trimEnd().split('\n')
    expect(lines.length, name).toBeLessThanOrEqual(25)
    expect(Math.max(...lines.map((line) => line.length)), name).toBeLessThanOrEqual(240)
    expect(lines[0], name).toMatch(/^preflight: (GO|NO-GO|INCOMPLETE)/)
    expect(lines.join('\n'), name).not.toMatch(/@everyone|(^|\s)@\w|<[!@#]/)
  }
})

it('lists the most urgent ten, and how many there are beside', async () => {
  const document = new Map(await everyDocument()).get('every-status')!
  const many: ResultDocument = {
    ...document,
    checks: [...document.checks, ...document.checks].map((check, index) => ({ ...check, id: `${check.id}-${index}` })),
  }
  const lines = reporter.render(many, fileStyle).trimEnd().split('\n')
  expect(lines.at(-1)).toBe('… and 10 more')
  expect(lines.slice(3, 7).every((line) => line.startsWith('✖'))).toBe(true)
})
