import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainFacts, withoutConcealed } from '../../src/engine/plain-facts.js'

describe('plain facts', () => {
  it('are an equal copy of anything JSON can hold, which later changes do not reach', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (facts) => {
        const copy = plainFacts(facts)
        expect(JSON.parse(JSON.stringify(copy))).toEqual(JSON.parse(JSON.stringify(facts)))
        expect(Object.isFrozen(copy)).toBe(true)
      }),
    )
    const body = { list: [1] }
    const copy = plainFacts({ body })
    body.list.push(2)
    expect(copy).toEqual({ body: { list: [1] } })
    expect(() => (copy['body'] as typeof body).list.push(3)).toThrow(TypeError)
  })

  it('keep a key named __proto__ as a key', () => {
    const copy = plainFacts({ body: JSON.parse('{"__proto__": {"ok": true}}') as unknown })
    expect(Object.keys(copy['body'] as object)).toEqual(['__proto__'])
  })

  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  it.each([
    ['a function', () => 1],
    ['undefined', undefined],
    ['a bigint', 1n],
    ['NaN', Number.NaN],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a cycle', cycle],
  ])('cannot hold %s', (_, value) => {
    expect(() => plainFacts({ deep: [{ value }] })).toThrow(/facts\.deep\[0\]\.value/)
  })
})

describe('facts without what says nothing', () => {
  const facts = { rates: { a: 1, b: 2 }, ratios: { a: { known: false, value: 1 } }, 'x.y': 1, z: 0 }

  it.each([
    [['z'], { rates: facts.rates, ratios: facts.ratios, 'x.y': 1 }],
    [['rates.a', 'ratios.a.value'], { rates: { b: 2 }, ratios: { a: { known: false } }, 'x.y': 1, z: 0 }],
    [['rates.c', 'z.a', 'no.such', 'ratios.b.value', 'toString.name'], facts],
  ])('%j', (names, shown) => {
    const before = structuredClone(facts)
    expect(withoutConcealed(facts, Object.fromEntries(names.map((name) => [name, 'why'])))).toEqual(shown)
    expect(facts).toEqual(before)
  })
})
