import { describe, expect, it } from 'vitest'
import { JsonFormError, parseStrictJson } from '../../../src/base/text/bounded-json.js'

const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Uint8Array => Buffer.from(text, encoding)

it('reads what every reader takes alike', () => {
  expect(parseStrictJson(bytes(' {"a": [1, "é", {"a": null}], "b": {"a": 1}}\n'))).toEqual({
    a: [1, 'é', { a: null }],
    b: { a: 1 },
  })
})

describe('refuses', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['a byte order mark', bytes('\uFEFF{"a":1}'), /byte order mark/],
    ['UTF-16', bytes('{"a":1}', 'utf16le'), /not JSON/],
    ['bytes that are not UTF-8', Buffer.concat([bytes('{"a":"'), Buffer.of(0xff), bytes('"}')]), /not UTF-8/],
    ['UTF-8 longer than it must be', Buffer.concat([bytes('{"a":"'), Buffer.of(0xc0, 0xaf), bytes('"}')]), /not UTF-8/],
    [
      'half a surrogate pair in UTF-8',
      Buffer.concat([bytes('"'), Buffer.of(0xed, 0xa0, 0x80), bytes('"')]),
      /not UTF-8/,
    ],
    ['text behind the value', bytes('{"a":1} {"a":2}'), /not JSON/],
    ['a NUL behind the value', bytes('{"a":1}\0'), /not JSON/],
    ['a comment', bytes('{"a":1} // go'), /not JSON/],
    ['a comma too many', bytes('{"a":1,}'), /not JSON/],
    ['NaN', bytes('{"a":NaN}'), /not JSON/],
    ['nothing', bytes(''), /not JSON/],
    ['brackets without end', bytes('['.repeat(500_000)), /nests deeper than 250 levels/],
    ['a key twice', bytes('{"verdict":"no-go","verdict":"go"}'), /duplicate key/],
    ['a key twice, written differently', bytes('{"verdict":"no-go","verd\\u0069ct":"go"}'), /duplicate key/],
    ['a key twice, deep inside', bytes('[{"a":{"b":[{"c":1,"c":1}]}}]'), /duplicate key/],
  ])('%s', (_, content, message) => {
    expect(() => parseStrictJson(content)).toThrow(JsonFormError)
    expect(() => parseStrictJson(content)).toThrow(message)
  })
})
