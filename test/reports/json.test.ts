import { expect, it } from 'vitest'
import { resultDocumentSchema } from '../../src/checks/result/report.js'
import { reporter } from '../../src/reports/json.js'
import { specs } from '../golden/specs.js'

it.each(Object.keys(specs))('%s: the document itself, whole, with a final newline', async (spec) => {
  const document = await specs[spec]!()
  const text = reporter.render(document, { colour: true, width: 40 })
  expect(resultDocumentSchema.parse(JSON.parse(text))).toEqual(document)
  expect(text.endsWith('}\n')).toBe(true)
})

it('holds no character that a terminal would obey, and still reads back as it was', async () => {
  const document = await specs['every-status']!()
  const hostile = { ...document, run: { ...document.run, host: 'a\u009B2J\u202Eb\u001B[2J\u007F' } }
  const text = reporter.render(hostile, { colour: true, width: 40 })
  expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/)
  expect(JSON.parse(text)).toEqual(hostile)
})
