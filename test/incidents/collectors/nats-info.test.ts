import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@nats-io/transport-node'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { requireBinary } from '../../../sandbox/process/binary.js'
import { freePort } from '../../../sandbox/process/free-port.js'
import { startOwnedProcess } from '../../../sandbox/process/owned-process.js'
import { createCertificate } from '../../../sandbox/servers/certificate.js'
import { startNats, type NatsServer } from '../../../sandbox/servers/nats.js'
import { onFreePort, waitForLog } from '../../../sandbox/servers/server.js'
import { collector, figuresOf, serverOf } from '../../../src/incidents/collectors/nats-info.js'
import { startHttpPeer, type HttpPeer } from '../../peers/http-peer.js'
import { startPeer, type Ending, type Turn } from '../../peers/scripted-peer.js'
import { collect, valueOf } from './collect.js'

let folder: string
let server: NatsServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-info-'))
  server = await startNats(join(folder, 'one'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const peers: HttpPeer[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()))
})

describe('a server that works', () => {
  it('introduces itself, and reports what JetStream holds for the account', async () => {
    expect(await valueOf(collector, { url: server.url })).toEqual({
      address: `127.0.0.1:${server.port}`,
      server: expect.objectContaining({
        server_name: 'sandbox',
        version: expect.stringMatching(/^2\./) as string,
        jetstream: true,
        auth_required: true,
        max_payload: 1_048_576,
      }) as object,
      jetstream: expect.objectContaining({
        streams: 0,
        memory: 0,
        api: expect.objectContaining({ errors: 0 }) as object,
      }) as object,
      login: { accepted: true, leaving: false, complaints: 0 },
      missing: {},
    })
  })

  it('tells no address, subject or message of those who use it, and nothing is published', async () => {
    const user = await connect({
      servers: `127.0.0.1:${server.port}`,
      user: server.user,
      pass: server.password,
      name: 'canary-client',
    })
    const seen: string[] = []
    user.subscribe('>', { callback: (_error, message) => void seen.push(message.subject) })
    user.publish('canary.subject', 'canary-message')
    await user.flush()
    const text = JSON.stringify(await valueOf(collector, { url: server.url }))
    await user.flush()
    expect(text).not.toContain('canary')
    expect(text).not.toContain(server.password)
    expect(text).not.toContain('client_ip')
    expect(text).not.toContain('nonce')
    expect(seen.filter((subject) => !subject.startsWith('$JS.') && !subject.startsWith('_INBOX.'))).toEqual([
      'canary.subject',
    ])
    await user.close()
  })

  it('tells the figures of its monitoring', async () => {
    const place = join(folder, 'monitored')
    await mkdir(place)
    const monitoring = await freePort()
    const { port, running } = await onFreePort(async (free) => {
      const started = await startOwnedProcess({
        command: requireBinary(['nats-server']),
        args: ['-a', '127.0.0.1', '-p', String(free), '-m', String(monitoring)],
        folder: place,
        logFile: join(place, 'nats.log'),
      })
      await waitForLog('NATS', started, /Server is ready/)
      return { port: free, running: started }
    })
    try {
      expect(
        await valueOf(collector, { url: `nats://127.0.0.1:${port}`, monitoring: `http://127.0.0.1:${monitoring}` }),
      ).toMatchObject({
        server: { proto: 1 },
        monitoring: {
          url: `http://127.0.0.1:${monitoring}/varz`,
          connections: expect.any(Number) as number,
          mem: expect.any(Number) as number,
          slow_consumers: 0,
          uptime: expect.any(String) as string,
        },
        missing: { jetstream: expect.stringMatching(/^jetstream-disabled/) as string },
      })
    } finally {
      await running.stop()
    }
  })

  it('is asked over TLS, whose certificate must be trusted', async () => {
    const place = join(folder, 'certificate')
    await mkdir(place)
    const certificate = createCertificate(place)
    const secured = await startNats(join(folder, 'secured'))
    await secured.restart({ tls: certificate })
    await expect(collect(collector, { url: secured.url })).rejects.toThrow(/^certificate-refused/)
    expect(await valueOf(collector, { url: secured.url, 'trust-file': certificate.certificateFile })).toMatchObject({
      server: { tls_required: true },
      missing: {},
    })
    await secured.stop()
  })

  it('reports that JetStream may not be asked', async () => {
    await server.restart({ denyPublish: ['$JS.>'] })
    const limit = new AbortController()
    setTimeout(() => limit.abort(), 1000)
    expect(await valueOf(collector, { url: server.url }, limit.signal)).toMatchObject({
      server: { server_name: 'sandbox' },
      missing: { jetstream: expect.any(String) as string },
    })
    await server.restart()
  })
})

describe('a server that refuses', () => {
  it('is reported without the credentials', async () => {
    await expect(collect(collector, { url: server.url.replace(server.password, 'canary') })).rejects.toThrow(
      /^authorization-violation: (?!.*canary)/,
    )
    await expect(collect(collector, { url: 'nats://a:canary@127.0.0.1:1' })).rejects.toThrow(
      /^connection-refused: (?!.*canary)/,
    )
    await expect(collect(collector, { url: 'amqp://a:canary@127.0.0.1' })).rejects.toThrow(/^bad-url: (?!.*canary)/)
  })

  it('leaves its monitoring, where that answers', async () => {
    const page = await startHttpPeer((_request, response) =>
      response.end(
        '{"connections":3,"system_account":"canary","trusted_operators_jwt":["canary"],"cluster":{"urls":["canary:1"],"addr":"canary","auth_timeout":2}}',
      ),
    )
    peers.push(page)
    expect(
      await valueOf(collector, { url: 'nats://127.0.0.1:1', monitoring: `${page.url}/nats/?token=canary` }),
    ).toEqual({
      address: '127.0.0.1:1',
      monitoring: {
        url: `${page.url}/nats/varz`,
        connections: 3,
        trusted_operators_jwt: 1,
        cluster: { urls: 1, auth_timeout: 2 },
      },
      missing: { login: expect.stringMatching(/^connection-refused/) as string },
    })
  })

  it('is reported when its monitoring is something else', async () => {
    const page = await startHttpPeer((_request, response) => response.writeHead(404).end('canary'))
    peers.push(page)
    expect(await valueOf(collector, { url: server.url, monitoring: page.url })).toMatchObject({
      login: { accepted: true },
      missing: { monitoring: `${page.url}/varz answers with status 404, and the text is not JSON` },
    })
  })
})

const banner = `INFO ${JSON.stringify({ server_id: 'ID', server_name: 'peer', version: '2.10.0', proto: 1, headers: true, max_payload: 1024, jetstream: true, client_ip: '10.9.8.7', nonce: 'canary' })}\r\n`
const login: Turn[] = [{ says: banner }, { hears: /CONNECT .*PING\r\n$/s, says: 'PONG\r\n' }]

/** Gathers from a peer that plays these turns and ends so; the signal is aborted once it has fallen silent. */
async function against(turns: readonly Turn[], ending: Ending, endsAtOnce = false) {
  const peer = await startPeer(turns, ending, { endsAtOnce })
  const limit = new AbortController()
  void peer.silent.then(() => limit.abort())
  try {
    return await valueOf(collector, { url: `nats://127.0.0.1:${peer.port}` }, limit.signal)
  } finally {
    await peer.allGone()
    await peer.stop()
  }
}

describe('a peer that lies or breaks off', () => {
  it('leaves what it had said before it fell silent or hung up', async () => {
    for (const ending of ['falls silent', 'closes', 'resets'] as const) {
      const value = await against(login, ending)
      expect(value).toMatchObject({
        server: { server_name: 'peer', version: '2.10.0' },
        missing: { jetstream: expect.any(String) as string },
      })
      expect(JSON.stringify(value)).not.toMatch(/canary|10\.9\.8\.7/)
    }
  })

  it('is reported when it says nothing, or nothing that is understood', async () => {
    await expect(against([], 'falls silent', true)).rejects.toThrow()
    await expect(against([{ says: 'HTTP/1.1 400 Bad Request\r\n' }], 'closes')).rejects.toThrow(/^not-nats/)
    await expect(against([{ says: `INFO ${'x'.repeat(100_000)}` }], 'closes', true)).rejects.toThrow(/^not-nats/)
  })
})

describe('figures', () => {
  it('are numbers and switches, the length of a list, and few texts', () => {
    const given = {
      a: 1,
      b: true,
      version: '2.10',
      token: 'canary',
      tags: ['canary'],
      null: null,
      deep: { c: 2, d: { e: { f: { g: 3 } }, name: 'canary' } },
    }
    expect(figuresOf(given)).toEqual({ a: 1, b: true, version: '2.10', tags: 1, deep: { c: 2 } })
    for (const other of [null, 'canary', 5, ['canary']]) expect(figuresOf(other)).toEqual({})
  })

  it('hold no text that is not listed, whatever a server says', () => {
    const texts = (value: unknown): readonly string[] =>
      typeof value === 'string'
        ? [value]
        : typeof value === 'object' && value !== null
          ? Object.values(value).flatMap(texts)
          : []
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 })), (given) => {
        const named = { ...given, version: 'listed', inner: { version: 'listed', ...given } }
        expect(new Set(texts(figuresOf(named)).filter((text) => text !== 'listed'))).toEqual(new Set())
      }),
    )
  })

  it('of an introduction are those that are listed, as own fields', () => {
    expect(serverOf({ version: '2.10', connect_urls: ['a', 'b'], client_ip: 'canary', xkey: 'canary' })).toEqual({
      version: '2.10',
      cluster_addresses: 2,
    })
    for (const none of [undefined, null, {}, Object.create({ version: '2' }) as object])
      expect(() => serverOf(none)).toThrow('the server did not send its INFO')
  })
})
