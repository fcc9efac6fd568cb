import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCertificate } from '../../../src/net/drivers/async-nats/x509-certificate.js'
import { DerReader, CertificateFault } from '../../../src/net/drivers/async-nats/der.js'
import { refuseServerCertificate } from '../../../src/net/drivers/async-nats/server-certificate.js'
import { readVectors } from './vectors.js'
import { propertyRuns } from '../../property-runs.js'

interface Recorded {
  readonly name: string
  readonly host: string
  readonly chain: readonly string[]
  readonly anchors: readonly string[]
  readonly accepted?: true
}
const { vectors } = readVectors<never>('async-nats-certificates') as unknown as {
  readonly vectors: readonly Recorded[]
}
const cases = vectors.map(({ chain, anchors, ...rest }) => ({
  ...rest,
  certificates: chain.map((text) => Buffer.from(text, 'base64')),
  anchors: anchors.map((text) => Buffer.from(text, 'base64')),
  now: new Date(),
}))

/** A change of some bytes: where, as a share of the length, how many go, and what comes instead. */
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat({ max: 4 }),
  added: fc.uint8Array({ maxLength: 4 }),
})

function changed(
  bytes: Buffer,
  changes: readonly { readonly at: number; readonly removed: number; readonly added: Uint8Array }[],
): Buffer {
  return changes.reduce((now, { at, removed, added }) => {
    const from = Math.floor(at * now.length)
    return Buffer.concat([now.subarray(0, from), added, now.subarray(from + removed)])
  }, bytes)
}

/** What reading throws; anything but a fault of the certificate would be an error of ours. */
function faultOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (!(error instanceof CertificateFault)) throw error
    return error.error
  }
}

describe('the reader of certificates', () => {
  it('ends on any bytes, with a fault of its own or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const reader = new DerReader(bytes)
        let elements = 0
        faultOf(() => {
          for (; !reader.isAtEnd; elements += 1) reader.next()
        })
        expect(elements).toBeLessThanOrEqual(bytes.length / 2)
        expect(faultOf(() => readCertificate(bytes))).toBeDefined()
      }),
      { numRuns: propertyRuns(3000) },
    )
  })

  it('is not led past the end, or to lengths that have a shorter form', () => {
    for (const [text, fault] of [
      ['0400', undefined],
      ['04', 'BadDer'],
      ['0401', 'BadDer'],
      ['0480', 'BadDer'],
      ['04810100', 'BadDer'],
      [`048180${'00'.repeat(128)}`, undefined],
      [`04820080${'00'.repeat(128)}`, 'BadDer'],
      [`0482fffe${'00'.repeat(0xfffe)}`, undefined],
      [`0482ffff${'00'.repeat(0xffff)}`, 'BadDer'],
      [`0485000000000100`, 'BadDer'],
      ['1f0100', 'BadDer'],
    ] as const) {
      expect([text.slice(0, 20), faultOf(() => new DerReader(Buffer.from(text, 'hex')).next())]).toEqual([
        text.slice(0, 20),
        fault,
      ])
    }
  })
})

describe('the judgement of a server', () => {
  it('ends on certificates of any bytes, trusted or presented', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.array(change, { maxLength: 3 }),
        fc.array(change, { maxLength: 3 }),
        fc.array(change, { maxLength: 3 }),
        (one, leaf, above, trusted) => {
          const [first, ...others] = one.certificates
          const certificates = [changed(first!, leaf), ...others.map((bytes) => changed(bytes, above))]
          const refusal = refuseServerCertificate({
            ...one,
            certificates,
            anchors: one.anchors.map((bytes) => changed(bytes, trusted)),
          })
          if (refusal !== undefined) expect(refusal.detail).toMatch(/^(?:\w+|invalid dns name): /)
        },
      ),
      { numRuns: propertyRuns(3000) },
    )
  })

  it('refuses a certificate of which any byte was changed', () => {
    for (const name of [
      'path: via an intermediate',
      'no authority: self-signed and trusted',
      'signature: RSA 2048',
      'signature: Ed25519',
    ]) {
      const one = cases.find((known) => known.name === name)!
      expect(refuseServerCertificate(one)).toBeUndefined()
      for (const [which, bytes] of one.certificates.entries()) {
        for (const at of bytes.keys()) {
          const other = Buffer.from(bytes)
          other[at]! ^= 1 << (at % 8)
          const refusal = refuseServerCertificate({ ...one, certificates: one.certificates.with(which, other) })
          expect([name, which, at, refusal?.code]).toEqual([name, which, at, expect.any(String)])
        }
      }
    }
  })

  it('refuses nothing at all, and a chain that was made to waste time', () => {
    expect(refuseServerCertificate({ ...cases[0]!, certificates: [] })).toMatchObject({ code: 'certificate-refused' })
    const crowd = cases.find(({ name }) => name === 'path: six intermediates')!
    const certificates = [
      crowd.certificates[0]!,
      ...Array.from({ length: 40 }, () => crowd.certificates.slice(1)).flat(),
    ]
    expect(refuseServerCertificate({ ...crowd, certificates })).toBeUndefined()
    expect(refuseServerCertificate({ ...crowd, certificates, anchors: [] })).toMatchObject({
      code: 'certificate-refused',
    })
  })
})
