import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matrix, pemOf } from '../../../scripts/driver-vectors/certificates/matrix.js'
import { serveCertificate } from '../../../scripts/driver-vectors/certificates/server.js'
import { refuseServerCertificate } from '../../../src/net/drivers/async-nats/server-certificate.js'
import type { CertificateProblem } from '../../../src/net/drivers/driver.js'
import { probe as nats } from '../../../src/checks/probes/nats.js'
import { observe } from '../../checks/probes/observe.js'
import { readVectors } from './vectors.js'

/** As the recorder writes it: certificates are DER in base64. */
interface Recorded {
  readonly name: string
  readonly host: string
  readonly chain: readonly string[]
  readonly anchors: readonly string[]
  readonly accepted?: true
  readonly error?: string
}

const { origin, vectors } = readVectors<never>('async-nats-certificates') as unknown as {
  readonly origin: object
  readonly vectors: readonly Recorded[]
}

const bytesOf = (certificates: readonly string[]) => certificates.map((text) => Buffer.from(text, 'base64'))
const judged = ({ host, chain, anchors }: Recorded) =>
  refuseServerCertificate({ certificates: bytesOf(chain), anchors: bytesOf(anchors), host, now: new Date() })

/**
 * What rustls says, which folds several errors of webpki into one of its own; and of a key that it did not offer to
 * check, the server.
 */
const rustlsWords: Readonly<Record<string, readonly string[]>> = {
  BadEncoding: ['BadDer', 'BadDerTime'],
  NotValidYet: ['CertNotValidYet'],
  Expired: ['CertExpired', 'InvalidCertValidity'],
  UnknownIssuer: ['UnknownIssuer'],
  NotValidForName: ['CertNotValidForName'],
  BadSignature: [
    'InvalidSignatureForPublicKey',
    'UnsupportedSignatureAlgorithm',
    'UnsupportedSignatureAlgorithmForPublicKey',
  ],
  HandshakeFailure: ['UnsupportedSignatureAlgorithmForPublicKey'],
  'invalid dns name': ['invalid dns name'],
}

function wordsOf(error: string): readonly string[] {
  const said = /Other\((\w+)\)/.exec(error)?.[1]
  return said === undefined ? rustlsWords[/invalid dns name|\w+$/.exec(error)![0]]! : [said]
}

describe('what async-nats makes of a certificate', () => {
  it('was recorded from the driver, of every case', () => {
    expect(origin).toMatchObject({
      driver: 'async-nats 0.33.0',
      libraries: expect.arrayContaining(['rustls 0.21.12', 'rustls-webpki 0.101.7']) as unknown,
    })
    expect(vectors.map(({ name }) => name)).toEqual(Object.keys(matrix))
    expect(vectors.length).toBeGreaterThanOrEqual(200)
    expect(vectors.filter(({ accepted }) => accepted).length / vectors.length).toBeGreaterThanOrEqual(0.35)
  })

  it('is made of it here', () => {
    const isGreen = (vector: Recorded) => judged(vector) === undefined
    expect(vectors.filter((vector) => vector.accepted !== true && isGreen(vector)).map(({ name }) => name)).toEqual([])
    expect(vectors.filter((vector) => vector.accepted === true && !isGreen(vector)).map(({ name }) => name)).toEqual([])
  })

  it("is refused here in webpki's words", () => {
    for (const vector of vectors.filter(({ accepted }) => accepted !== true)) {
      expect([vector.name, wordsOf(vector.error!)]).toEqual([
        vector.name,
        expect.arrayContaining([judged(vector)!.detail.split(':')[0]!]),
      ])
    }
  })

  it.each<readonly [string, CertificateProblem]>([
    ['authority: openssl req -x509', 'certificate-is-authority'],
    ['authority: signed by another', 'certificate-is-authority'],
    ['version: 1, signed by an authority', 'certificate-version'],
    ['version: 2', 'certificate-version'],
    ['name: common name alone', 'certificate-name'],
    ['name: name alone, asked by address', 'certificate-name'],
    ['name: another address', 'certificate-name'],
    ['name: host that ends in digits', 'certificate-name'],
    ['usage: client', 'certificate-usage'],
    ['usage: any', 'certificate-usage'],
    ['extension: unknown, critical', 'certificate-extension'],
    ['extension: policies, critical', 'certificate-extension'],
    ['signature: RSA with SHA-1', 'certificate-algorithm'],
    ['key: P-521', 'certificate-algorithm'],
    ['key: RSA 1024', 'certificate-algorithm'],
    ['path: nobody trusts the authority', 'certificate-refused'],
    ['path: an intermediate that says that it is none', 'certificate-refused'],
    ['dates: expired', 'certificate-refused'],
  ])('%s: %s', (name, code) => {
    expect(judged(vectors.find((vector) => vector.name === name)!)).toMatchObject({ code })
  })
})

/** The loopback's own names, as far as this machine has them: there a server can be reached. */
const loopback = new Set([
  'localhost',
  ...Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).filter(({ internal }) => internal).map(({ address }) => address),
  ),
])
const onLoopback = vectors.filter(({ host }) => loopback.has(host))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificates-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the probe, at a server that presents it', () => {
  it.each(onLoopback.map(({ name, host, accepted }) => ({ name, host, accepted })))(
    '$name',
    async ({ name, host, accepted }) => {
      // Made anew: the recording holds no keys.
      const { chain, anchors } = matrix[name]!()
      const pem = pemOf(chain.map(({ certificate }) => certificate))
      const server = await serveCertificate(
        pem,
        chain[0].privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        host === '::1' ? '::1' : '127.0.0.1',
      )
      const trustFile = join(folder, 'trusted.crt')
      await writeFile(trustFile, pemOf(anchors.map(({ certificate }) => certificate)))
      try {
        const url = `tls://${host.includes(':') ? `[${host}]` : host}:${server.port}`
        const { reached, problem } = await observe(
          nats,
          { url, driver: 'async-nats' },
          { environment: { SSL_CERT_FILE: trustFile } },
        )
        // The server hangs up when the login is over.
        const expected =
          accepted === true
            ? { reached: 'authenticate', code: 'connection-closed' }
            : { reached: 'info', code: expect.stringMatching(/^certificate-/) as unknown }
        expect({ reached, code: problem.code }).toEqual(expected)
      } finally {
        await server.stop()
      }
    },
  )
})
