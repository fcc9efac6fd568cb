import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificate } from '../../../sandbox/servers/certificate.js'
import { startNats, type NatsServer } from '../../../sandbox/servers/nats.js'
import { probe } from '../../../src/checks/probes/nats.js'
import { datedCertificate } from '../../servers/dated-certificate.js'
import { startNatsOverWebSocket } from '../../servers/nats-websocket.js'
import { climbAgainst } from './climb-against.js'
import { observe } from './observe.js'

let folder: string
let server: NatsServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-probe-'))
  server = await startNats(join(folder, 'one'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const look = (url: string, more: object = {}) => observe(probe, { url, ...more })
const codeOf = async (url: string, more: object = {}) => (await look(url, more)).problem.code
const driver = () => connect({ servers: `127.0.0.1:${server.port}`, user: server.user, pass: server.password })

describe('a server that works', () => {
  it('is climbed to the last rung asked for', async () => {
    expect(await look(server.url, { subject: 'in.t.preflight.raw', jetstream: true })).toMatchObject({
      reached: 'jetstream',
      problem: { code: 'none' },
      serverName: 'sandbox',
      serverVersion: expect.stringMatching(/^2\./) as string,
      authRequired: true,
      jetstream: true,
      canPublish: true,
      canSubscribe: true,
      lameDuck: false,
      tlsUsed: false,
    })
    expect(await look(server.url)).toMatchObject({ reached: 'roundtrip', problem: { code: 'none' } })
    expect(await codeOf(server.url.replace('nats://', ''))).toBe('none')
  })

  it('gets one message, that says whose it is', async () => {
    const connection = await driver()
    const seen: string[] = []
    connection.subscribe('in.t.preflight.raw', { callback: (_error, message) => void seen.push(message.string()) })
    await connection.flush()
    await look(server.url, { subject: 'in.t.preflight.raw' })
    await connection.flush()
    expect(seen).toEqual([expect.stringMatching(/^preflight-/)])
    await connection.close()
  })

  it('is observed by several at once, beside a connection of the driver itself', async () => {
    const ends = await Promise.all([
      look(server.url),
      driver(),
      look(server.url),
      look(server.url.replace(server.password, 'wrong')),
      driver(),
    ])
    expect(ends[0].problem.code).toBe('none')
    expect(ends[2].problem.code).toBe('none')
    expect(ends[3].problem.code).toBe('authorization-violation')
    for (const connection of [ends[1], ends[4]]) {
      await connection.flush()
      await connection.close()
    }
  })
})

describe('a server that refuses', () => {
  it('is known as a refused login, and a good one is not', async () => {
    const isRefused = async (url: string) => probe.isLoginRefused?.(probe.input.parse({ url }), await look(url))
    expect(await isRefused(server.url.replace(server.password, 'wrong'))).toBe(true)
    expect(await isRefused(server.url)).toBe(false)
  })

  it('the credentials', async () => {
    for (const url of [
      server.url.replace(server.password, 'wrong'),
      `nats://127.0.0.1:${server.port}`,
      `nats://token@127.0.0.1:${server.port}`,
    ]) {
      expect(await look(url)).toMatchObject({
        reached: 'info',
        problem: { code: 'authorization-violation', class: 'config', transient: false },
        authRequired: true,
      })
    }
  })

  it('one of the permissions, the other, or both', async () => {
    const subject = 'in.t.preflight.raw'
    await server.restart({ denyPublish: ['in.t.>'] })
    expect(await look(server.url, { subject })).toMatchObject({
      reached: 'authenticate',
      problem: { code: 'permission-denied', class: 'config' },
      canPublish: false,
      canSubscribe: true,
    })
    expect(await codeOf(server.url, { subject: 'elsewhere' })).toBe('none')
    await server.restart({ denySubscribe: ['in.t.*.raw'] })
    expect(await look(server.url, { subject })).toMatchObject({
      reached: 'authenticate',
      problem: { code: 'permission-denied' },
      canPublish: true,
      canSubscribe: false,
    })
    await server.restart({ denySubscribe: ['in.t.*.raw'], denyPublish: ['in.t.*.raw'] })
    expect(await look(server.url, { subject })).toMatchObject({
      problem: { code: 'permission-denied' },
      canPublish: false,
      canSubscribe: false,
    })
    await server.restart()
  })

  it('JetStream', async () => {
    await server.restart({ jetStream: false })
    expect(await look(server.url, { jetstream: true })).toMatchObject({
      reached: 'roundtrip',
      problem: { code: 'jetstream-disabled' },
      jetstream: false,
    })
    expect(await look(server.url)).toMatchObject({ reached: 'roundtrip', problem: { code: 'none' }, jetstream: false })
    await server.restart({ denyPublish: ['$JS.API.>'] })
    expect(await look(server.url, { jetstream: true })).toMatchObject({
      reached: 'roundtrip',
      problem: { code: 'permission-denied' },
      jetstream: false,
    })
    await server.restart()
  })

  it('one more connection', async () => {
    await server.restart({ maxConnections: 1 })
    const connection = await driver()
    // The server says why and hangs up in the same breath; when the hanging up overtakes its words, only that is seen.
    const { problem } = await look(server.url)
    expect(problem).toMatchObject({ class: 'dependency', transient: true })
    expect(['max-connections', 'connection-reset', 'connection-closed']).toContain(problem.code)
    await connection.close()
    await server.restart()
  })
})

describe('TLS', () => {
  it('is spoken when the server requires it, and verified', async () => {
    expect(await look(server.url.replace('nats:', 'tls:'))).toMatchObject({
      reached: 'info',
      problem: { code: 'tls-refused', class: 'config' },
    })
    await mkdir(join(folder, 'certificate'))
    const certificate = createCertificate(join(folder, 'certificate'))
    await server.restart({ tls: certificate })
    for (const scheme of ['nats:', 'tls:']) {
      const url = server.url.replace('nats:', scheme)
      expect(await look(url)).toMatchObject({
        reached: 'info',
        problem: { code: 'certificate-refused' },
        tlsRequired: true,
      })
      expect(await look(url, { 'trust-file': certificate.certificateFile })).toMatchObject({
        reached: 'roundtrip',
        problem: { code: 'none' },
        tlsUsed: true,
      })
    }
    await server.restart()
  })
})

describe('NATS over a WebSocket', () => {
  it('is climbed like any other', async () => {
    const web = await startNatsOverWebSocket(join(folder, 'web'))
    try {
      expect(await look(`ws://app:pw-of-app@127.0.0.1:${web.port}`)).toMatchObject({
        reached: 'roundtrip',
        problem: { code: 'none' },
        tlsUsed: false,
      })
      expect(await codeOf(`ws://app:wrong@127.0.0.1:${web.port}`)).toBe('authorization-violation')
    } finally {
      await web.stop()
    }
  })

  it('below TLS', async () => {
    const certificate = datedCertificate('localhost', -1, 30)
    const trustFile = join(folder, 'trust.crt')
    await writeFile(trustFile, certificate.cert)
    const web = await startNatsOverWebSocket(join(folder, 'web-tls'), certificate)
    try {
      const url = `wss://app:pw-of-app@localhost:${web.port}`
      expect(await look(url, { 'trust-file': trustFile })).toMatchObject({
        reached: 'roundtrip',
        problem: { code: 'none' },
        tlsUsed: true,
      })
      expect(await look(url)).toMatchObject({ reached: 'connect', problem: { code: 'certificate-refused' } })
      expect(await codeOf(url.replace('localhost', '127.0.0.1'), { 'trust-file': trustFile })).toBe(
        'certificate-refused',
      )
    } finally {
      await web.stop()
    }
  })

  it('that is not a WebSocket', async () => {
    expect(await look(server.url.replace('nats:', 'ws:'))).toMatchObject({
      reached: 'connect',
      problem: { code: 'not-nats' },
    })
  })
})

describe('a server that is not there', () => {
  it('is refused, or does not answer', async () => {
    await server.stop()
    expect(await look(server.url)).toMatchObject({
      reached: 'resolve',
      problem: { code: 'connection-refused', transient: true },
    })
    await server.restart()
    await server.pause()
    expect(await climbAgainst(probe, { url: server.url }, Promise.resolve(), 'connect')).toEqual({
      reached: 'connect',
      code: 'silence',
    })
    server.resume()
    expect(await codeOf(server.url)).toBe('none')
  })
})

describe('a URL that no client would take', () => {
  it('is a matter of configuration, and never quoted', async () => {
    for (const url of [
      '',
      'http://u:pw-in-url@h',
      'nats://u:pw-in-url@',
      'nats://u:pw-in-url@h:x',
      'nats://u:pw-in-url@a:1,nats://b:2',
    ]) {
      const { problem, reached } = await look(url)
      expect(problem).toMatchObject({ code: 'bad-url', class: 'config' })
      expect(reached).toBe('none')
      expect(problem.detail).not.toContain('pw')
    }
  })

  it('nor is a subject with wildcards or blanks taken', () => {
    for (const subject of ['a.*', '>', 'a b', 'a..b', '.a', 'a\r\nPUB x 0'])
      expect(probe.input.safeParse({ url: 'nats://h', subject }).success).toBe(false)
  })
})
