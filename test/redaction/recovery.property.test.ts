import { Readable } from 'node:stream'
import { text as collected } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor, type Redactor } from '../../src/redaction/redact.js'
import { ENCODINGS, LAYOUTS, STACKED } from './encodings.js'
import { recoverable } from './recovery.js'
import { propertyRuns } from '../property-runs.js'

const SIGNS = [...Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)), ...`%/+='"\\$&<>@:#?é京😀`, ' ']

/** Encodings under which nothing of what they hold can be read, so that what is inside them is inside for good. */
const OPAQUE = [
  'base64',
  'base64url',
  'hex',
  'percent, every byte',
  'unicode escapes',
  'gzip',
  'bytes in hex',
  'bytes in decimal',
] as const

const oneLine = fc
  .array(fc.constantFrom(...SIGNS), { minLength: 12, maxLength: 60 })
  .map((signs) => signs.join('').trim())
  .filter((text) => new Set(text).size > 6 && text.length >= 12 && !/^[[{"]/.test(text) && !text.includes('://'))

/** Lines of any length, short ones that are no secret by themselves included. */
const severalLines = fc
  .tuple(
    oneLine,
    fc.array(
      fc.array(fc.constantFrom(...SIGNS), { minLength: 1, maxLength: 14 }).map((signs) => signs.join('').trim()),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map(([first, lines]) => [first, ...lines].filter((line) => line !== '').join('\n'))

const secret = fc.oneof({ weight: 3, arbitrary: oneLine }, { weight: 1, arbitrary: severalLines })
const before = fc.constantFrom('', 'x', 'note ', '{"a":"', 'level=info msg="', '\n', '{"a": "%2F', 'x&amp;y ')
const after = fc.constantFrom('', '"', ' end', 'zz', '\n', '\\n')
const encoder = fc.constantFrom(...Object.keys(STACKED))
const layout = fc.constantFrom(...Object.keys(LAYOUTS))
const withoutZeroWidth = fc.constantFrom(...Object.keys(LAYOUTS).filter((name) => name !== 'zero-width'))

function redactorOf(value: string): Redactor {
  return createRedactor([{ name: 'JWT_SECRET', value, exposure: 'secret' }])
}

function encoded(text: string, chain: readonly string[]): string {
  return chain.reduce((inner, name) => ({ ...STACKED, ...LAYOUTS })[name]!(inner), text)
}

/** How much is cut off at the head and at the tail, in quarters of a per cent of the text: up to a quarter each. */
const cuts = fc.tuple(fc.oneof(fc.constant(0), fc.nat(100)), fc.oneof(fc.constant(0), fc.nat(100)))

function cut(text: string, [head, tail]: readonly [number, number]): string {
  return text.slice(Math.floor((text.length * head) / 400), text.length - Math.floor((text.length * tail) / 400))
}

describe('nobody can make ten characters of a secret out of the output', () => {
  test.each(Object.entries(ENCODINGS))('of a part of it: %s', (_name, encode) => {
    fc.assert(
      fc.property(secret, before, after, cuts, (value, lead, tail, ends) => {
        expect(recoverable(redactorOf(value).text(lead + cut(encode(value), ends) + tail), value)).toBeUndefined()
      }),
      { numRuns: propertyRuns(25) },
    )
  })

  test('of a blank and a tilde in a form', () => {
    const value = '!*!! t_~!y!A'
    expect(recoverable(redactorOf(value).text(`q=${ENCODINGS['form encoding']!(value)}`), value)).toBeUndefined()
  })

  test('of two encodings, one in the other, wrapped or coloured, cut anywhere', () => {
    fc.assert(
      fc.property(
        secret,
        before,
        after,
        encoder,
        encoder,
        layout,
        cuts,
        before,
        (value, lead, tail, inner, outer, last, ends, around) => {
          const text = around + cut(encoded(lead + value + tail, [inner, outer, last]), ends)
          expect(recoverable(redactorOf(value).text(text), value)).toBeUndefined()
        },
      ),
      { numRuns: propertyRuns(400) },
    )
  })

  test('of a value full of quotes, quoted twice', () => {
    const quoting = fc.constantFrom('shell, single quotes', 'SQL')
    const quoted = fc
      .array(fc.constantFrom("'", ...`"$\\!abXY79`), { minLength: 12, maxLength: 30 })
      .map((signs) => signs.join(''))
      .filter((text) => text.includes("'") && new Set(text).size > 6)
    fc.assert(
      fc.property(quoted, quoting, quoting, cuts, (value, inner, outer, ends) => {
        expect(recoverable(redactorOf(value).text(cut(encoded(value, [inner, outer]), ends)), value)).toBeUndefined()
      }),
      { numRuns: propertyRuns(300) },
    )
  })

  test('of what was wrapped or coloured, then encoded, then wrapped again', () => {
    fc.assert(
      fc.property(
        oneLine,
        before,
        after,
        withoutZeroWidth,
        fc.constantFrom(...OPAQUE),
        layout,
        (value, lead, tail, first, opaque, last) => {
          expect(
            recoverable(redactorOf(value).text(encoded(lead + value + tail, [first, opaque, last])), value),
          ).toBeUndefined()
        },
      ),
      { numRuns: propertyRuns(200) },
    )
  })

  test('of JSON in JSON in JSON in a query', () => {
    fc.assert(
      fc.property(oneLine, (value) => {
        const nested = [1, 2, 3].reduce((inner) => JSON.stringify({ inner, path: '/a/b?c=%20' }), value)
        expect(
          recoverable(redactorOf(value).text(`GET /?q=${encodeURIComponent(nested)}&x=%2F "\\"`), value, 6),
        ).toBeUndefined()
      }),
      { numRuns: propertyRuns(100) },
    )
  })

  test('also when the lines of a secret are indented, or end otherwise', () => {
    const glue = fc.constantFrom('\r\n', '\n    ', '\\n', '\\r\\n', '\n\t', '\\\n')
    fc.assert(
      fc.property(severalLines, glue, before, (value, between, lead) => {
        const text = lead + value.split('\n').join(between)
        const output = redactorOf(value).text(text)
        expect(recoverable(output, value)).toBeUndefined()
        expect(recoverable(output, value.replaceAll('\n', ''))).toBeUndefined()
      }),
      { numRuns: propertyRuns(150) },
    )
  })

  test('of a text in UTF-16, and of bold print', () => {
    fc.assert(
      fc.property(oneLine, (value) => {
        const wide = Buffer.from(`say ${value} now`, 'utf16le').toString('latin1')
        const bold = [...value].map((sign) => `${sign}\b${sign}`).join('')
        const ascii = value.replace(/[^\x20-\x7e]/g, '')
        expect(redactorOf(value).text(bold)).not.toContain(bold.slice(0, 30))
        if (ascii === value) expect(recoverable(redactorOf(value).text(wide), value)).toBeUndefined()
      }),
      { numRuns: propertyRuns(100) },
    )
  })

  test('of escape sequences that are escaped themselves', () => {
    const colour = fc.constantFrom('\\u001b[1;31m', '\\x1b[0m', '\\e[32m', '\\033[1m', '%1B%5B31m')
    fc.assert(
      fc.property(
        oneLine.filter((text) => !/[\\%&]/.test(text)),
        colour,
        fc.integer({ min: 3, max: 9 }),
        (value, escape, width) => {
          const text = value.replace(new RegExp(`[^]{${width}}`, 'g'), (part) => part + escape)
          const decoded = redactorOf(value).text(`{"line":"${text}"}`).replaceAll(escape, '')
          expect(recoverable(decoded, value, 0)).toBeUndefined()
        },
      ),
      { numRuns: propertyRuns(100) },
    )
  })

  test('of octal escapes, as git and PostgreSQL write bytes beyond ASCII', () => {
    fc.assert(
      fc.property(
        oneLine.filter((text) => !text.includes('\\')),
        (value) => {
          const text = [...Buffer.from(value, 'utf8')]
            .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`))
            .join('')
          const read = redactorOf(value)
            .text(`path "${text}"`)
            .replace(/(?:\\[0-3][0-7]{2})+/g, (escapes) =>
              Buffer.from(
                escapes
                  .split('\\')
                  .slice(1)
                  .map((digits) => Number.parseInt(digits, 8)),
              ).toString('utf8'),
            )
          expect(recoverable(read, value, 0)).toBeUndefined()
        },
      ),
      { numRuns: propertyRuns(60) },
    )
  })
})

describe('a stream', () => {
  /** Where the first block ends; see BLOCK in block-scrubber.ts. */
  const BORDER = 65_536
  const filler = '2026-02-20 10:00:00 INFO connection opened from 10.0.0.7:51514 took 12ms\n'.repeat(2600)

  test('masks at the border of its blocks what it masks elsewhere, in every encoding and however it was split', async () => {
    await fc.assert(
      fc.asyncProperty(
        oneLine,
        fc.constantFrom(...Object.values(ENCODINGS)),
        fc.nat(400),
        fc.array(fc.nat(), { maxLength: 4 }),
        async (value, encode, back, places) => {
          const redactor = redactorOf(value)
          // A wrap may stand between the halves of a surrogate pair, which no stream of UTF-8 can hold.
          const bytes = Buffer.from(`${filler.slice(0, BORDER - back)} ${encode(value)} ${filler.slice(0, 20_000)}`)
          const input = bytes.toString('utf8')
          const sorted = [0, ...places.map((place) => place % bytes.length).sort((a, b) => a - b), bytes.length]
          const chunks = sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end))
          const output = await collected(Readable.from(chunks, { objectMode: false }).pipe(redactor.stream()))
          expect(output).toBe(redactor.text(input))
          expect(recoverable(output.slice(BORDER - 2000), value)).toBeUndefined()
          expect(output.startsWith(filler.slice(0, BORDER - 1000))).toBe(true)
          expect(output.endsWith(filler.slice(0, 19_000).slice(-1000) + filler.slice(19_000, 20_000))).toBe(true)
        },
      ),
      { numRuns: propertyRuns(60) },
    )
  })
})

describe('a text without secrets', () => {
  test('may share three letters with one, with every byte escaped too', () => {
    const redactor = createRedactor([
      { name: 'A_SECRET', value: 'MC1vbmx5LWhlcmUta1Q5L3grUXczeg==', exposure: 'secret' },
    ])
    expect(redactor.text('%7a%65%67%20%61')).toBe('%7a%65%67%20%61')
  })

  test('comes out unchanged, encoded or not, beside twenty secrets that stand nowhere in it', () => {
    const redactor = createRedactor(
      Array.from({ length: 20 }, (_, i) => ({
        name: `S${i}_SECRET`,
        value: Buffer.from(`${i}-only-here-${'kT9/x+Qw3z'.slice(i % 5)}`).toString('base64'),
        exposure: 'secret' as const,
      })),
    )
    const word = fc
      .stringMatching(/^[a-z]{1,9}$/)
      .filter((text) => !/pass|auth|pw|secret|token|key|cookie|basic|bearer/.test(text))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), encoder, layout, (words, name, last) => {
        const text = encoded(words.join(' '), [name, last])
        expect(redactor.text(text)).toBe(text)
      }),
      { numRuns: propertyRuns(300) },
    )
  })
})
