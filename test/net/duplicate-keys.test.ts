import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from '../../src/net/http/web-facts.js'

const key = fc.oneof(fc.string(), fc.constantFrom('a', 'b', '"', '\\', '{', '}', ',', ':', '[', ']', '__proto__'))

describe('JSON with a key twice', () => {
  it('is JSON when no key occurs twice, whatever the keys and values are', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), key, (value, name) => {
        const text = JSON.stringify([value, { [name]: value, other: [{ [name]: value }] }], null, 1)
        expect(readJson(text).isJson).toBe(true)
      }),
    )
  })

  it('is not JSON when one does, wherever and however it is written', () => {
    const wrap = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => `[0, ${text}]`,
      (text) => `{"x": {"y": [${text}]}}`,
    )
    const escaped = (name: string) =>
      `"${[...Array(name.length).keys()].map((at) => `\\u${name.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
    fc.assert(
      fc.property(
        key,
        fc.jsonValue({ maxDepth: 3 }),
        fc.jsonValue({ maxDepth: 3 }),
        wrap,
        fc.boolean(),
        (name, first, second, wrapped, isEscaped) => {
          const again = isEscaped ? escaped(name) : JSON.stringify(name)
          const text = wrapped(
            `{${JSON.stringify(name)}: ${JSON.stringify(first)}, ${again}: ${JSON.stringify(second)}}`,
          )
          expect(() => void JSON.parse(text)).not.toThrow()
          expect(readJson(text)).toEqual({ isJson: false, json: {}, jsonError: 'an object has a duplicate key' })
        },
      ),
    )
  })

  it.each(['{"a":{"a":1}}', '[{"a":1},{"a":2}]', '{"a":"a","b":"a"}', '{"a":["a","a"]}'])(
    'may stand in several objects, and as a value: %s',
    (text) => {
      expect(readJson(text).isJson).toBe(true)
    },
  )

  it('is found behind a string of any length, and after escapes', () => {
    const long = JSON.stringify('\\"x'.repeat(2_000_000))
    expect(readJson(`{"a": ${long}, "b": 1}`).isJson).toBe(true)
    expect(readJson(`{"a": ${long}, "a": 1}`)).toMatchObject({ jsonError: 'an object has a duplicate key' })
  })
})
