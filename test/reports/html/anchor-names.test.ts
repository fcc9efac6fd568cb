import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anchorsOf } from '../../../src/reports/html/html-page.js'
import { checkResult } from './checks.js'

it('names a place after its check, so that a link still leads there in the next run', () => {
  const anchors = anchorsOf([checkResult({ id: 'demo/config/a' })])
  expect([anchors.row('demo/config/a'), anchors.card('demo/config/a'), anchors.row('gone')]).toEqual([
    'check/demo/config/a',
    'cause/demo/config/a',
    undefined,
  ])
})

it('gives every id a name of its own that needs no escaping', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.string({ unit: fc.constantFrom('a', '<', '"', ' ', '%', '#', '/', '\u0000', '日'), maxLength: 300 }),
      ),
      (ids) => {
        const anchors = anchorsOf(ids.map((id) => checkResult({ id })))
        const names = ids.map((id) => anchors.row(id) ?? '')
        expect(new Set(names).size).toBe(ids.length)
        for (const name of names) expect(name).toMatch(/^[\w./~-]{1,140}$/)
      },
    ),
  )
})
