import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layersOf } from '../../../src/secret-strength/layers/layers-of.js'

const inside = 'the inside of it'
const namesOf = (secret: string, text: string) =>
  layersOf(secret)
    .filter((layer) => layer.text === text)
    .map(({ name }) => name)

describe('layersOf', () => {
  it.each([
    ['trimmed', ` ${inside}\n`],
    ['unquoted', `"${inside}"`],
    ['visible', `the\u200b inside of it`],
    ['prefix-stripped', `JWT_SECRET=${inside}`],
    ['prefix-stripped', `Bearer ${inside}`],
    ['prefix-stripped', `base64:${inside}`],
    ['hex', Buffer.from(inside).toString('hex')],
    ['hex', Buffer.from(inside).toString('hex').toUpperCase()],
    ['hex', (Buffer.from(inside).toString('hex').match(/../gu) ?? []).join(':')],
    ['binary-digits', [...Buffer.from(inside)].map((byte) => byte.toString(2).padStart(8, '0')).join(' ')],
    ['base64', Buffer.from(inside).toString('base64')],
    ['base64', Buffer.from(inside).toString('base64').replace(/=+$/u, '')],
    ['base32', 'ORUGKIDJNZZWSZDFEBXWMIDJOQ======'],
    ['percent', [...Buffer.from(inside)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['utf-16le', Buffer.from(inside, 'utf16le').toString('base64')],
  ] as const)('%s: %s', (name, secret) => {
    expect(namesOf(secret, inside)).toEqual([name])
  })

  it('base64url is recognised by its own two characters', () => {
    const text = 'needs a ~~~ and ??? here'
    const encoded = Buffer.from(text).toString('base64url')
    expect(encoded).toMatch(/[-_]/u)
    expect(namesOf(encoded, text)).toEqual(['base64url'])
  })

  it('goes three encodings deep, and no further', () => {
    const encode = (text: string) => Buffer.from(text).toString('base64')
    expect(namesOf(encode(encode(encode(inside))), inside)).toEqual(['base64'])
    expect(namesOf(encode(encode(encode(encode(inside)))), inside)).toEqual([])
  })

  it('undoes what Buffer does, for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 8, maxLength: 60 }),
        fc.constantFrom('hex', 'base64'),
        (text, encoding) => {
          const bytes = Buffer.from(text)
          const texts = layersOf(bytes.toString(encoding)).map((layer) => layer.text)
          expect(texts.includes(text) || texts.includes(bytes.toString('latin1'))).toBe(true)
        },
      ),
    )
  })

  it('is bounded for any input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (secret) => {
        expect(layersOf(secret).length).toBeLessThan(32)
      }),
    )
  })
})
