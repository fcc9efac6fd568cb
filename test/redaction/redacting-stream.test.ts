import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer as collectedBytes, text as collected } from 'node:stream/consumers'
import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor, MARKER, type Redactor } from '../../src/redaction/redact.js'
import { ENCODINGS } from './encodings.js'
import { redactingStream } from '../../src/redaction/redactor.js'
import { propertyRuns } from '../property-runs.js'

const VALUE = 'Xq7/ü京Vb2+kT9=Lp"$%&<Zr8'
const redactor = createRedactor([{ name: 'JWT_SECRET', value: VALUE, exposure: 'secret' }])

function piped(through: Redactor, chunks: readonly Uint8Array[]): Promise<string> {
  return collected(Readable.from(chunks, { objectMode: false }).pipe(through.stream()))
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end))
}

describe('a redacting stream', () => {
  test('gives the same wherever a short text is split', async () => {
    const input = `start ${VALUE} middle ${Buffer.from(VALUE).toString('base64')} redis://:pw@h:6379 end`
    const whole = redactor.text(input)
    expect(whole).toBe(`start ${MARKER} middle ${MARKER} redis://:${MARKER}@h:6379 end`)
    const bytes = Buffer.from(input)
    for (let at = 0; at <= bytes.length; at++) {
      expect(await piped(redactor, [bytes.subarray(0, at), bytes.subarray(at)])).toBe(whole)
    }
  })

  test('gives the same for random splits of a text of many blocks', async () => {
    const line = `2026-02-20 10:00:00 INFO 😀 connection opened from 10.0.0.7:51514 took 12ms\n`
    const filler = line.repeat(700)
    const input = `${filler}${VALUE}${filler}Authorization: Bearer abc123\n${filler}`
    const whole = redactor.text(input)
    expect(whole).toBe(`${filler}${MARKER}${filler}Authorization: ${MARKER}\n${filler}`)
    const bytes = Buffer.from(input)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 40 }), async (places) => {
        expect(await piped(redactor, cutAt(bytes, places))).toBe(whole)
      }),
      { numRuns: propertyRuns(15) },
    )
  })

  test('gives what a text gives, for any encoding of any secret split anywhere', async () => {
    const value = fc.string({ minLength: 12, maxLength: 40, unit: 'grapheme' })
    await fc.assert(
      fc.asyncProperty(
        value,
        fc.constantFrom(...Object.values(ENCODINGS)),
        fc.array(fc.nat(), { maxLength: 6 }),
        async (secret, encode, places) => {
          const own = createRedactor([{ name: 'JWT_SECRET', value: secret, exposure: 'secret' }])
          const bytes = Buffer.from(`start ${encode(secret)} end`)
          expect(await piped(own, cutAt(bytes, places))).toBe(own.text(bytes.toString('utf8')))
        },
      ),
      { numRuns: propertyRuns(150) },
    )
  })

  test.each([65_510, 65_515, 65_530, 65_535, 65_536, 65_537, 131_060])(
    'masks a secret once where a block ends near it (%i)',
    async (at) => {
      const filler = 'ab '.repeat(100_000)
      const input = `${filler.slice(0, at)} ${VALUE} ${filler}`
      expect(await piped(redactor, [Buffer.from(input)])).toBe(`${filler.slice(0, at)} ${MARKER} ${filler}`)
    },
  )

  test('drops a private key that is longer than its window', async () => {
    const body = `${'Ab3+'.repeat(16)}\n`.repeat(3000)
    const input = `before\n-----BEGIN PRIVATE KEY-----\n${body}-----END PRIVATE KEY-----\nafter\n`
    expect(input.length).toBeGreaterThan(180_000)
    expect(await piped(redactor, [Buffer.from(input)])).toBe(`before\n${MARKER}\nafter\n`)
  })

  test('drops a header and a token that are longer than its window', async () => {
    const long = 'q1'.repeat(150_000)
    expect(await piped(redactor, [Buffer.from(`Cookie: a=${long}\nnext line`)])).toBe(`Cookie: ${MARKER}\nnext line`)
    expect(await piped(redactor, [Buffer.from(`token=${long} next`)])).toBe(`token=${MARKER} next`)
    expect(await piped(redactor, [Buffer.from(`{"password":"${long}","n":1}\nnext line`)])).toBe(
      `{"password":"${MARKER}\nnext line`,
    )
  })

  test.each([
    ['gzip', 'base64'],
    ['zlib', 'base64'],
    ['gzip', 'hex'],
  ] as const)(
    'masks compressed text that is longer than its window, wherever in it a secret stands: %s in %s',
    async (name, encoding) => {
      const compress = name === 'gzip' ? gzipSync : deflateSync
      const noise = Array.from({ length: 14_000 }, (_, i) => createHash('sha256').update(String(i)).digest('hex')).join(
        '\n',
      )
      const encoded = compress(`${noise}\n${VALUE}\n${noise.slice(0, 20_000)}`).toString(encoding)
      const wrapped = encoded.replace(/.{76}/g, '$&\n')
      expect(encoded.length).toBeGreaterThan(400_000)
      expect(await piped(redactor, [Buffer.from(`before ${encoded} after\n`)])).toBe(`before ${MARKER} after\n`)
      expect(await piped(redactor, [Buffer.from(`before\n${wrapped}\nplain words after\n`)])).toMatch(
        /^before\n\[redacted\][^]{0,80}\nplain words after\n$/,
      )
    },
  )

  test('leaves compressed text alone that holds no secret and can be seen to the end', async () => {
    const encoded = gzipSync('plain words\n'.repeat(5000)).toString('base64')
    expect(await piped(redactor, [Buffer.from(`before ${encoded} after\n`)])).toBe(`before ${encoded} after\n`)
  })

  test('gives back bytes that are no UTF-8, wherever they are split', async () => {
    const odd = Buffer.from([
      0xff, 0xe9, 0x20, 0xc3, 0xe2, 0x82, 0x20, 0xf0, 0x9f, 0x98, 0xed, 0xa0, 0x80, 0xc0, 0x80, 0xf5,
    ])
    const bytes = Buffer.concat([odd, Buffer.from(` 😀京é ${VALUE} \ufffd `), odd])
    const expected = Buffer.concat([odd, Buffer.from(` 😀京é ${MARKER} \ufffd `), odd])
    for (let at = 0; at <= bytes.length; at++) {
      const output = await collectedBytes(
        Readable.from([bytes.subarray(0, at), bytes.subarray(at)], { objectMode: false }).pipe(redactor.stream()),
      )
      expect(output.equals(expected)).toBe(true)
    }
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.nat(200), { maxLength: 5 }),
        async (random, places) => {
          const input = Buffer.from(random)
          const output = await collectedBytes(
            Readable.from(cutAt(input, places), { objectMode: false }).pipe(createRedactor([]).stream()),
          )
          // What looks like a credential by chance is masked; nothing of that kind is that short here.
          expect(output.equals(input)).toBe(true)
        },
      ),
      { numRuns: propertyRuns(300) },
    )
  })

  test('masks a secret that was written in Latin-1', async () => {
    const value = 'Zr8é-ü9ÿ+Qw3zL'
    const own = createRedactor([{ name: 'JWT_SECRET', value, exposure: 'secret' }])
    expect(await piped(own, [Buffer.from(`x ${value} y`, 'latin1')])).toBe(`x ${MARKER} y`)
  })

  test('drops what follows an error inside it', async () => {
    const broken = redactingStream(() => {
      throw new Error('broken')
    })
    expect(
      await collected(Readable.from([Buffer.from('some '), Buffer.from(VALUE)], { objectMode: false }).pipe(broken)),
    ).toBe(MARKER)
  })
})
