import { expect, it } from 'vitest'
import { resultDocumentSchema } from '../../src/model/report.js'
import { reporter } from '../../src/reporters/json.js'
import { specs } from '../golden/specs.js'

it.each(Object.keys(specs))('%s: the document itself, whole, with a final newline', async (spec) => {
  const document = await specs[spec]!()
  const text = reporter.render(document, { colour: true, width: 40 })
  expect(resultDocumentSchema.parse(JSON.parse(text))).toEqual(document)
  expect(text.endsWith('}\n')).toBe(true)
})
