import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/tls.js'
import { startPeer, type Ending } from '../../peers/scripted-peer.js'
import { datedCertificate, type DatedCertificate } from '../../servers/dated-certificate.js'
import { climbAgainst } from './climb-against.js'
import { observe } from './observe.js'

let folder: string
let server: Server | undefined
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tls-probe-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))
afterEach(() => new Promise<void>((fulfil) => (server === undefined ? fulfil() : void server.close(() => fulfil()))))

/** Serves a certificate; gives the port and a file to trust it by. */
async function serve(certificate: DatedCertificate, more: object = {}): Promise<{ port: number; trust: string }> {
  const started = createServer({ ...certificate, ...more }, (socket) => socket.on('error', () => {}).resume())
  started.on('tlsClientError', () => {})
  server = started
  await new Promise<void>((fulfil) => started.listen(0, '127.0.0.1', fulfil))
  const trust = join(folder, 'trust.crt')
  await writeFile(trust, certificate.cert)
  return { port: (started.address() as AddressInfo).port, trust }
}

describe('a certificate', () => {
  it('that is trusted, valid and carries the name', async () => {
    const { port, trust } = await serve(datedCertificate('localhost', -1, 30))
    expect(await observe(probe, { host: 'localhost', port, 'trust-file': trust })).toMatchObject({
      reached: 'tls',
      problem: { code: 'none' },
      protocol: 'TLSv1.3',
      authorized: true,
      chainTrusted: true,
      nameMatches: true,
      reason: '',
      selfSigned: true,
      subject: 'CN=localhost',
      issuer: 'CN=localhost',
      names: ['localhost'],
      daysLeft: 29,
      started: true,
    })
  })

  it('that carries another name', async () => {
    const { port, trust } = await serve(datedCertificate('localhost', -1, 30))
    expect(await observe(probe, { host: '127.0.0.1', port, 'trust-file': trust })).toMatchObject({
      authorized: false,
      chainTrusted: true,
      nameMatches: false,
      reason: expect.stringContaining('name') as string,
    })
    expect(
      await observe(probe, { host: '127.0.0.1', port, 'trust-file': trust, 'server-name': 'localhost' }),
    ).toMatchObject({ authorized: true })
  })

  it('without a trusted authority', async () => {
    const { port } = await serve(datedCertificate('localhost', -1, 30))
    expect(await observe(probe, { host: 'localhost', port })).toMatchObject({
      reached: 'tls',
      problem: { code: 'none' },
      authorized: false,
      chainTrusted: false,
      nameMatches: true,
      reason: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
  })

  it('that has expired, or is not valid yet', async () => {
    const expired = await serve(datedCertificate('localhost', -30, -1.5))
    expect(await observe(probe, { host: 'localhost', port: expired.port, 'trust-file': expired.trust })).toMatchObject({
      authorized: false,
      daysLeft: -2,
      started: true,
      reason: 'CERT_HAS_EXPIRED',
    })
    server?.close()
    const early = await serve(datedCertificate('localhost', 2, 30))
    expect(await observe(probe, { host: 'localhost', port: early.port, 'trust-file': early.trust })).toMatchObject({
      authorized: false,
      started: false,
      reason: 'CERT_NOT_YET_VALID',
    })
  })
})

describe('what is in the way', () => {
  it('a file of certificates that cannot be read', async () => {
    const { port } = await serve(datedCertificate('localhost', -1, 30))
    expect((await observe(probe, { host: 'localhost', port, 'trust-file': join(folder, 'none') })).problem.code).toBe(
      'trust-file-unreadable',
    )
    await writeFile(join(folder, 'text'), 'no certificate')
    expect((await observe(probe, { host: 'localhost', port, 'trust-file': join(folder, 'text') })).problem.code).toBe(
      'trust-file-unreadable',
    )
  })

  it('a server that speaks no version we do', async () => {
    const { port } = await serve(datedCertificate('localhost', -1, 30), {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    expect(await observe(probe, { host: 'localhost', port })).toMatchObject({
      reached: 'connect',
      problem: { code: 'tls-failed', class: 'config' },
    })
  })

  it('a server that speaks no TLS', async () => {
    const peer = await startPeer([{ hears: /./s, says: 'HTTP/1.1 400 Bad Request\r\n\r\n' }], 'falls silent')
    expect(await observe(probe, { host: '127.0.0.1', port: peer.port })).toMatchObject({
      reached: 'connect',
      problem: { code: 'not-tls' },
    })
    await peer.allGone()
    await peer.stop()
  })

  it('a server that stops answering', async () => {
    const codes = { closes: 'connection-closed', resets: 'connection-reset', 'falls silent': 'silence' }
    for (const [ending, code] of Object.entries(codes)) {
      const peer = await startPeer([], ending as Ending)
      expect(await climbAgainst(probe, { host: '127.0.0.1', port: peer.port }, peer.silent, 'connect')).toEqual({
        reached: 'connect',
        code,
      })
      await peer.allGone()
      await peer.stop()
    }
  })
})
