import { readFileSync } from 'node:fs'
import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openEnvelope, seal, type Envelope } from '../../src/attestation/dsse-envelope.js'
import { readSigningKey, readVerificationKey } from '../../src/attestation/keys.js'
import { parseStrictJson } from '../../src/base/text/bounded-json.js'
import { isConsistent } from '../../src/attestation/statement/judge-statement.js'
import { statementSchema } from '../../src/attestation/statement/statement.js'
import { privateFile } from './key-files.js'

/** Recorded by scripts/attestation-vectors/in_toto.py. */
interface Vector {
  readonly writer: 'preflight' | 'securesystemslib'
  readonly key: string
  readonly what: string
  readonly privateKey?: string
  readonly publicKey: string
  readonly envelope: Envelope
  readonly verdict?: 'accepted' | 'refused'
  readonly result?: string
  readonly pae?: string
}

const folder = new URL('../fixtures/attestation-vectors/', import.meta.url)
const statement = readFileSync(new URL('statement.json', folder))
const [origin, ...lines] = readFileSync(new URL('in-toto.jsonl', folder), 'utf8').trimEnd().split('\n')
const vectors = lines.map((line) => JSON.parse(line) as Vector)
const open = async ({ envelope, publicKey }: Pick<Vector, 'envelope' | 'publicKey'>) =>
  openEnvelope(envelope, [await readVerificationKey(privateFile(publicKey, 0o644))])
const named = (vector: Vector): [string, Vector] => [`${vector.key}: ${vector.what}`, vector]
const isSame = (payload: unknown): boolean =>
  JSON.stringify(sorted(payload)) === JSON.stringify(sorted(JSON.parse(statement.toString('utf8'))))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}

describe('the test vector of the DSSE specification (protocol.md, version 1.0.0)', () => {
  const fromDecimal = (decimal: string): string =>
    Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex').toString('base64url')
  const [x, y] = [
    '46950820868899156662930047687818585632848591499744589407958293238635476079160',
    '5640078356564379163099075877009565129882514886557779369047442380624545832820',
  ].map(fromDecimal)
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x!, y: y! }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString()
  const raw = 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=='
  const envelope = (sig: string, payload = 'aGVsbG8gd29ybGQ='): Envelope => ({
    payload,
    payloadType: 'http://example.com/HelloWorld',
    signatures: [{ sig }],
  })

  /** The two numbers of a signature as ASN.1: the specification's example writes them one behind the other. */
  function inDer(signature: string): string {
    const bytes = Buffer.from(signature, 'base64')
    const numbers = [bytes.subarray(0, 32), bytes.subarray(32)].map((number) =>
      number[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), number]) : number,
    )
    const body = Buffer.concat(numbers.flatMap((number) => [Buffer.of(2, number.length), number]))
    return Buffer.concat([Buffer.of(0x30, body.length), body]).toString('base64')
  }

  it('is signed over the encoding that we verify, and is still not a statement', async () => {
    expect(await open({ envelope: envelope(inDer(raw)), publicKey })).toMatchObject({ code: 'payload-type' })
  })

  it('does not hold over another payload', async () => {
    expect(
      await open({ envelope: envelope(inDer(raw), Buffer.from('hello World').toString('base64')), publicKey }),
    ).toMatchObject({ code: 'altered' })
  })

  it('is taken in one form of the signature only, DER', async () => {
    expect(await open({ envelope: envelope(raw), publicKey })).toMatchObject({ code: 'altered' })
  })
})

describe(`what in-toto's own packages say (${origin})`, () => {
  const ours = vectors.filter(({ writer }) => writer === 'preflight')
  const theirs = vectors.filter(({ writer }) => writer === 'securesystemslib')

  it('is recorded of both keys, and both ways', () => {
    expect(ours.map(({ verdict }) => verdict)).toEqual([
      'accepted',
      'refused',
      'refused',
      'refused',
      'accepted',
      'refused',
      'refused',
      'refused',
    ])
    expect(theirs).toHaveLength(6)
  })

  it.each(ours.map(named))('of ours, %s: we say the same', async (_, vector) => {
    expect(Buffer.isBuffer(await open(vector))).toBe(vector.verdict === 'accepted')
    if (vector.verdict === 'accepted') expect(vector.result).toBe('WARNED')
  })

  it('what they accepted is, to the byte, what is written today', async () => {
    const { privateKey, envelope } = ours.find(({ key, what }) => key === 'ed25519' && what === 'whole')!
    expect(await seal(statement, await readSigningKey(privateFile(privateKey!)))).toEqual(envelope)
  })

  it.each(theirs.filter(({ what }) => what === 'application/vnd.in-toto+json').map(named))(
    'of theirs, %s: we open it and read the statement',
    async (_, vector) => {
      const payload = await open(vector)
      expect(Buffer.isBuffer(payload)).toBe(true)
      const read = statementSchema.parse(parseStrictJson(payload as Buffer))
      expect([isSame(read), isConsistent(read)]).toEqual([true, true])
    },
  )

  it.each(theirs.filter(({ what }) => what !== 'application/vnd.in-toto+json').map(named))(
    'of theirs, %s: the signature holds, and it is not a statement',
    async (_, vector) => {
      expect(await open(vector)).toMatchObject({ code: 'payload-type' })
      expect(
        await open({ ...vector, envelope: { ...vector.envelope, payloadType: 'application/vnd.in-toto+json' } }),
      ).toHaveProperty('code', expect.stringMatching(/^(altered|other-key)$/))
    },
  )
})
