import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileName, uniqueNames } from '../../../src/incidents/evidence/work.js'

describe('names of files', () => {
  it('are what is left of a text', () => {
    expect(fileName('Bus_Error.LOG', 'log')).toBe('bus-error-log')
    expect(fileName('journal é 1', 'log')).toBe('journal-e-1')
    expect(fileName('…', 'log')).toBe('log')
  })

  it('are safe and short, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(fileName(text, 'log')).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
        expect(fileName(text, 'log').length).toBeLessThanOrEqual(80)
      }),
    )
  })

  it('are made unique, in their order', () => {
    const names = (all: readonly string[]) => uniqueNames(all.map((name) => ({ name }))).map(({ name }) => name)
    expect(names(['a', 'b', 'a', 'a-2', 'a'])).toEqual(['a', 'b', 'a-2', 'a-2-2', 'a-3'])
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'a-2', 'a-3', 'b')), (all) => {
        expect(new Set(names(all)).size).toBe(all.length)
      }),
    )
  })
})
