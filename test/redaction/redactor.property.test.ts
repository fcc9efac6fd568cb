import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor, MARKER, type Redactor } from '../../src/redaction/redact.js'
import { ENCODINGS } from './encodings.js'
import { propertyRuns } from '../property-runs.js'

const ASCII = [...Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))]
const SPECIAL = [...`%/+='"\\$&<>@:#?é京😀`]

/** Random secrets of 12 to 60 characters: ASCII, signs that encodings change, other scripts. */
const secret = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...ASCII) },
      { weight: 1, arbitrary: fc.constantFrom(...SPECIAL) },
    ),
    { minLength: 12, maxLength: 60 },
  )
  .map((signs) => signs.join(''))
  .filter((text) => new Set(text).size > 6 && !/^[[{"]/.test(text) && !text.includes('://'))

/** Surroundings that hold nothing secret and share no ten characters with a random secret. */
const surrounding = fc.constantFrom(
  '',
  'plain words ',
  '\nlevel=info msg="',
  '{"a": "',
  '2026-02-20T10:00:00Z conn 7: ',
  '<td>',
  ' (',
  'x=',
  '/var/lib/',
  '[redacted]',
  '\t',
  '日本語 ',
  "it's ",
)

function fragmentOf(secretText: string, output: string): string | undefined {
  for (let at = 0; at + 10 <= secretText.length; at++) {
    const window = secretText.slice(at, at + 10)
    if (output.includes(window)) return window
  }
  return undefined
}

function redactorOf(value: string): Redactor {
  return createRedactor([{ name: 'JWT_SECRET', value, exposure: 'secret' }])
}

describe('a known secret', () => {
  test.each(Object.entries(ENCODINGS))('never stands in the output: %s', (_name, encode) => {
    fc.assert(
      fc.property(secret, surrounding, surrounding, (value, before, after) => {
        const encoded = encode(value)
        const output = redactorOf(value).text(`${before}${encoded}${after}`)
        expect(fragmentOf(value, output)).toBeUndefined()
        expect(fragmentOf(encoded, output)).toBeUndefined()
        expect(output).toContain(MARKER)
      }),
      { numRuns: propertyRuns(40) },
    )
  })

  test.each(Object.entries(ENCODINGS))('is found by the final gate: %s', (_name, encode) => {
    fc.assert(
      fc.property(secret, surrounding, (value, before) => {
        const redactor = redactorOf(value)
        const artefact = `${before}${encode(value)}`
        expect(redactor.finds(artefact)).toEqual([{ name: 'JWT_SECRET' }])
        expect(redactor.finds(redactor.text(artefact))).toEqual([])
      }),
      { numRuns: propertyRuns(15) },
    )
  })

  test('never stands in the output as UTF-16 in base64', () => {
    const ascii = fc.array(fc.constantFrom(...ASCII), { minLength: 12, maxLength: 40 }).map((signs) => signs.join(''))
    fc.assert(
      fc.property(
        ascii.filter((text) => new Set(text).size > 6 && !/^[[{"]/.test(text)),
        surrounding,
        (value, before) => {
          const encoded = Buffer.from(`$x = '${value}'`, 'utf16le').toString('base64')
          const output = redactorOf(value).text(`${before}${encoded} end`)
          expect(fragmentOf(encoded.slice(20), output)).toBeUndefined()
        },
      ),
      { numRuns: propertyRuns(60) },
    )
  })

  test('is masked from ten consecutive characters on, and nothing beside them', () => {
    fc.assert(
      fc.property(secret, fc.nat(), fc.nat(), (value, from, length) => {
        const start = from % (value.length - 9)
        const fragment = value.slice(start, start + 10 + (length % (value.length - start - 9)))
        expect(redactorOf(value).text(`before ${fragment} after`)).toBe(`before ${MARKER} after`)
      }),
    )
  })

  test('with several lines is masked line by line and as a whole', () => {
    const line = secret.filter((text) => !/[[\]{}"]/.test(text))
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 5 }), (lines) => {
        const value = lines.join('\n')
        const redactor = redactorOf(value)
        expect(redactor.text(`a ${value} b`)).toBe(`a ${MARKER} b`)
        for (const one of lines) expect(redactor.text(`a ${one} b`)).toBe(`a ${MARKER} b`)
      }),
      { numRuns: propertyRuns(40) },
    )
  })

  test('with JSON inside is masked leaf by leaf, and its keys stay', () => {
    const leaf = secret.filter((text) => !/\d{10}/.test(text))
    fc.assert(
      fc.property(leaf, leaf, (one, two) => {
        const redactor = redactorOf(JSON.stringify({ first: one, more: [{ second: two }] }))
        expect(redactor.text(`first more second ${one} | ${two}`)).toBe(`first more second ${MARKER} | ${MARKER}`)
      }),
      { numRuns: propertyRuns(40) },
    )
  })
})

describe('a text', () => {
  test('scrubbed twice is as scrubbed once', () => {
    const encodings = fc.constantFrom(...Object.values(ENCODINGS))
    const shapes = fc.constantFrom(
      'password=',
      'Authorization: Bearer ',
      '"token":"',
      '--secret ',
      'redis://:',
      'AUTH default ',
      "it's ",
      '[reda',
      'cted]',
      '=',
      '\n',
      ' ',
    )
    fc.assert(
      fc.property(
        secret,
        fc.array(fc.tuple(shapes, surrounding, encodings, shapes), { minLength: 1, maxLength: 4 }),
        (value, parts) => {
          const redactor = redactorOf(value)
          const once = redactor.text(parts.map(([a, b, encode, c]) => `${a}${b}${encode(value)}${c}`).join(' '))
          expect(redactor.text(once)).toBe(once)
        },
      ),
      { numRuns: propertyRuns(300) },
    )
  })

  test('of any characters is scrubbed to a fixed point', () => {
    const redactor = redactorOf('correct-horse-Battery-9-staple')
    const words = fc.constantFrom(
      'password',
      'token',
      'AUTH',
      'redis://',
      '@',
      ':',
      '=',
      '"',
      "'",
      ' ',
      '\n',
      '\\',
      '[redacted]',
      'eyJ',
      '.',
      '{',
      '}',
      '-----BEGIN PRIVATE KEY-----',
      'Cookie',
      ',',
      '--',
      'a1',
      '|',
      '%41',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof(words, fc.string({ maxLength: 6, unit: 'binary' })), { maxLength: 30 }),
        (parts) => {
          const once = redactor.text(parts.join(''))
          expect(redactor.text(once)).toBe(once)
        },
      ),
      { numRuns: propertyRuns(1000) },
    )
  })

  test('that holds no secret is unchanged', () => {
    const word = fc.stringMatching(/^[a-z]{1,9}$/).filter((text) => !/pass|auth|pw|secret|token|key|cookie/.test(text))
    fc.assert(
      fc.property(
        secret,
        fc.array(word, { maxLength: 40 }),
        fc.constantFrom(' ', '\n', ', ', ' = ', ': '),
        (value, words, glue) => {
          const text = words.join(glue)
          expect(redactorOf(value).text(text)).toBe(text)
        },
      ),
    )
  })
})
