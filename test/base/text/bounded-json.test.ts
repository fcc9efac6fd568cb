import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deepestDocument, JsonDepthError, parseBoundedJson } from '../../../src/base/text/bounded-json.js'

const nested = (levels: number): string => `${'[{"a":'.repeat(levels / 2)}0${'}]'.repeat(levels / 2)}`

describe('JSON of bounded depth', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(parseBoundedJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('goes to the bound and no level further', () => {
    expect(() => parseBoundedJson(nested(deepestDocument))).not.toThrow()
    for (const levels of [deepestDocument + 2, 100_000])
      expect(() => parseBoundedJson(nested(levels))).toThrow(JsonDepthError)
  })

  it('counts no brackets in strings, whatever they escape', () => {
    const text = JSON.stringify({ a: `${'['.repeat(1000)}\\"${'{'.repeat(1000)}\\`, b: '\\' })
    expect(parseBoundedJson(text)).toEqual(JSON.parse(text))
  })

  it('is refused where it is not JSON', () => {
    for (const text of ['', '{', ']]', '"\\', 'nul']) expect(() => parseBoundedJson(text)).toThrow(SyntaxError)
  })
})
