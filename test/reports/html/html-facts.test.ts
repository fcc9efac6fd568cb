import { describe, expect, it } from 'vitest'
import { factRows } from '../../../src/reports/html/check-details.js'

const pathsOf = (facts: Readonly<Record<string, unknown>>): string[] =>
  factRows(facts).rows.map(({ path, value }) => `${path} = ${value}`)

describe('facts as rows', () => {
  it('gives every value the path that expressions know it by', () => {
    expect(
      pathsOf({ set: true, problem: { code: 'none', transient: false }, servers: [{ name: 'a' }, { name: 'b' }] }),
    ).toEqual([
      'set = true',
      'problem.code = none',
      'problem.transient = false',
      'servers[0].name = a',
      'servers[1].name = b',
    ])
  })

  it('keeps lists of plain values, and empty things, on one row', () => {
    expect(pathsOf({ reasons: ['x', 1, null], none: [], nothing: {}, absent: null, empty: '' })).toEqual([
      'reasons = ["x",1,null]',
      'none = []',
      'nothing = {}',
      'absent = absent',
      'empty = "" (empty)',
    ])
  })

  it('cuts long values, deep ones, and too many', () => {
    expect(factRows({ body: 'x'.repeat(100_000) }).rows[0]?.value).toMatch(/^x{999}… \(99001 characters more/)
    const deep = Array.from({ length: 50 }).reduce<unknown>((inner) => ({ inner }), 'bottom')
    expect(factRows({ deep }).rows).toHaveLength(1)
    const { rows, omitted } = factRows(
      Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`fact${index}`, index])),
    )
    expect(rows.length + omitted).toBe(500)
    expect(rows).toHaveLength(120)
  })
})
