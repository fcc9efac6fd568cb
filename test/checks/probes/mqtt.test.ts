import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MosquittoServer, startMosquitto } from '../../../sandbox/servers/mosquitto.js'
import { createAuthority } from '../../../sandbox/servers/certificate.js'
import { startNats } from '../../../sandbox/servers/nats.js'
import { startRedis } from '../../../sandbox/servers/redis.js'
import { probe } from '../../../src/checks/probes/mqtt.js'
import { SilenceError } from '../../../src/base/errors.js'
import { attempt } from './attempt.js'
import { addressesOf, observe } from './observe.js'

let folder: string
let server: MosquittoServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-probe-'))
  server = await startMosquitto(join(folder, 'one'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const versions = ['3.1.1', '5'] as const
const look = (more: object = {}) => observe(probe, { url: server.url, ...more }, { limit: 2000 })
const plain = () => `mqtt://127.0.0.1:${server.port}`
const ended = async (more: object) => {
  const { reached, problem } = await look(more)
  return [reached, problem.code, problem.class, problem.transient]
}

describe.each(versions)('a server that works, in MQTT %s', (protocol) => {
  it('is climbed to the last rung asked for', async () => {
    expect(await look({ protocol })).toEqual({
      reached: 'roundtrip',
      problem: { code: 'none', class: 'dependency', transient: false, detail: '' },
      elapsedMs: expect.any(Number) as number,
      tlsUsed: false,
      connackCode: 0,
      connackReason: 'accepted',
      subscribed: true,
      acknowledged: true,
      echoed: true,
    })
    expect(await look({ protocol, roundtrip: false })).toMatchObject({
      reached: 'connack',
      problem: { code: 'none' },
      subscribed: false,
      echoed: false,
    })
  })

  it('takes credentials beside the URL, and a host and a port in its place', async () => {
    const { host, port, user: username, password } = server
    expect(await ended({ protocol, url: plain(), username, password })).toContain('roundtrip')
    expect(await ended({ protocol, url: undefined, host, port: String(port), username, password })).toContain(
      'roundtrip',
    )
  })

  it('knows quality of service 0 alone', async () => {
    await server.restart({ settings: ['max_qos 0'] })
    expect(await look({ protocol })).toMatchObject({ reached: 'roundtrip', acknowledged: false, echoed: true })
    await server.restart()
  })

  it('refuses whom it does not know, with one word in both versions', async () => {
    for (const url of [plain(), server.url.replace(server.password, 'wrong-password-of-mine')]) {
      const facts = await look({ protocol, url })
      expect(facts).toMatchObject({
        reached: 'connect',
        problem: { code: 'not-authorized', class: 'config', transient: false },
        connackCode: protocol === '5' ? 135 : 5,
        connackReason: `not authorized (${protocol === '5' ? 135 : 5})`,
        subscribed: false,
        echoed: false,
      })
      expect(JSON.stringify(facts)).not.toContain('wrong-password')
      expect(probe.isLoginRefused?.(probe.input.parse({ url }), facts)).toBe(true)
    }
    await server.restart({ access: 'nobody' })
    expect(await ended({ protocol })).toEqual(['connect', 'not-authorized', 'config', false])
    await server.restart({ access: 'anonymous' })
    expect(await ended({ protocol, url: plain() })).toContain('roundtrip')
    await server.restart()
  })

  it('lets the user publish and not read', async () => {
    await server.restart({ acl: [`user ${server.user}`, 'topic write preflight/#'] })
    // Mosquitto acknowledges the subscription and the message all the same.
    const facts = await look({ protocol })
    expect(facts).toMatchObject({
      reached: 'subscribe',
      problem: { code: 'no-echo', class: 'config', transient: false },
      subscribed: true,
      acknowledged: true,
      echoed: false,
    })
    expect(probe.isLoginRefused?.(probe.input.parse({ url: plain() }), facts)).toBe(false)
    await server.restart()
  })

  it('lets the user read and not publish', async () => {
    await server.restart({ acl: [`user ${server.user}`, 'topic read preflight/#'] })
    expect(await look({ protocol })).toMatchObject({
      reached: 'subscribe',
      problem: { code: protocol === '5' ? 'permission-denied' : 'no-echo', class: 'config', transient: false },
      acknowledged: protocol !== '5',
      echoed: false,
    })
    await server.restart({ acl: [`user ${server.user}`, 'topic preflight/#'] })
    expect(await ended({ protocol })).toContain('roundtrip')
    expect(await ended({ protocol: '5', topic: 'aegis/job' })).toContain('permission-denied')
    await server.restart()
  })

  it('is paused: the attempt ends in silence, at whatever rung', async () => {
    await server.pause()
    for (const input of [{ url: server.url }, { url: server.tlsUrl, 'trust-file': server.authority.certificateFile }]) {
      const { error, facts } = await attempt(probe, { ...input, protocol }, 300)
      expect(facts).toBeUndefined()
      expect(error).toBeInstanceOf(SilenceError)
    }
    server.resume()
    expect(await ended({ protocol })).toContain('roundtrip')
  })
})

describe('TLS', () => {
  const secured = (more: object = {}) => ({
    url: server.tlsUrl,
    'trust-file': server.authority.certificateFile,
    ...more,
  })

  it('is verified', async () => {
    expect(await look(secured())).toMatchObject({ reached: 'roundtrip', tlsUsed: true, echoed: true })
    expect(await look(secured({ 'trust-file': '' }))).toMatchObject({
      reached: 'connect',
      problem: { code: 'certificate-refused', class: 'config', transient: false },
      tlsUsed: false,
    })
    const other = createAuthority(join(folder, 'other'))
    expect(await ended(secured({ 'trust-file': other.certificateFile }))).toContain('certificate-refused')
    expect(await ended(secured({ 'trust-file': '/no/such/ca.crt' }))).toEqual([
      'none',
      'trust-file-unreadable',
      'config',
      false,
    ])
    const at = { host: server.host, port: server.tlsPort, username: server.user, password: server.password }
    expect(await ended(secured({ url: undefined, ...at, tls: true }))).toContain('roundtrip')
  })

  it('tells a name that does not match from a certificate that is not trusted', async () => {
    expect(await look(secured({ 'server-name': 'mosquitto' }))).toMatchObject({
      reached: 'connect',
      problem: { code: 'certificate-name', class: 'config', transient: false },
    })
    // As the real system has it: a common name, and no subjectAltName.
    const certificate = server.authority.issue(join(folder, 'named'), { commonName: 'mosquitto' })
    await server.restart({ certificate })
    expect((await look(secured())).problem).toMatchObject({
      code: 'certificate-name',
      detail: expect.stringMatching(/not for 127\.0\.0\.1, but for CN=mosquitto \(without/) as string,
    })
    expect(await ended(secured({ 'server-name': 'mosquitto' }))).toContain('roundtrip')
    await server.restart()
  })

  it('with a certificate that has expired is refused', async () => {
    const validity = { from: new Date('2020-01-01'), until: new Date('2020-02-01') }
    const names = { commonName: 'localhost', alternativeNames: ['127.0.0.1'], validity }
    await server.restart({ certificate: server.authority.issue(join(folder, 'old'), names) })
    expect((await look(secured())).problem).toMatchObject({ code: 'certificate-refused', class: 'dependency' })
    await server.restart()
  })

  it('may demand a certificate of the client', async () => {
    await server.restart({ demandsClientCertificate: true })
    // TLS 1.3 tells the client after the handshake, in words that a reset may overtake.
    const [reached, code] = await ended(secured())
    expect(reached).toBe('tls')
    expect(['tls-failed', 'connection-reset', 'connection-closed']).toContain(code)
    const own = server.authority.issue(join(folder, 'client'), { commonName: 'client' })
    expect(await ended(secured({ certificate: own.certificateFile, key: own.keyFile }))).toContain('roundtrip')
    await server.restart()
  })

  it('is told from what is plain', async () => {
    expect(await ended({ url: server.url.replace(`:${server.port}`, `:${server.tlsPort}`) })).toEqual([
      'connect',
      'tls-required',
      'config',
      false,
    ])
    expect(await ended(secured({ url: server.tlsUrl.replace(`:${server.tlsPort}`, `:${server.port}`) }))).toEqual([
      'connect',
      'not-tls',
      'config',
      false,
    ])
  })
})

describe('a server that is not there', () => {
  it('refuses', async () => {
    await server.stop()
    for (const url of [server.url, server.tlsUrl])
      expect(await ended({ url })).toEqual(['resolve', 'connection-refused', 'dependency', true])
    await server.restart()
    expect(await ended({ url: 'mqtt://no-such-host.invalid' })).toContain('name-not-found')
  })

  it('is another one', async () => {
    const [redis, nats] = await Promise.all([startRedis(join(folder, 'redis')), startNats(join(folder, 'nats'))])
    expect(await ended({ url: `mqtt://127.0.0.1:${nats.port}` })).toEqual(['connect', 'not-mqtt', 'config', false])
    for (const url of [`mqtt://127.0.0.1:${redis.port}`, `mqtts://127.0.0.1:${redis.port}`]) {
      const { facts, error } = await attempt(probe, { url }, 500)
      expect(facts?.problem.code ?? error).not.toBe('none')
    }
    await Promise.all([redis.stop(), nats.stop()])
  })
})

it('leaves one message, in a topic of its own, and a client that said goodbye', async () => {
  await server.restart({ settings: ['log_type all'] })
  const client = await mqtt.connectAsync(server.url, { reconnectPeriod: 0 }, false)
  const seen: [string, string, boolean][] = []
  client.on('message', (topic, message, { retain }) => void seen.push([topic, message.toString(), retain]))
  await client.subscribeAsync('#', { qos: 1 })
  await Promise.all([look({ topic: 'aegis/probe' }), look({ topic: 'aegis/probe' })])
  await client.publishAsync('last', '', { qos: 1 })
  await client.endAsync()
  const probed = seen.filter(([topic]) => topic !== 'last')
  expect(probed).toHaveLength(2)
  expect(new Set(probed.map(([topic]) => topic)).size).toBe(2)
  for (const [topic, message, retain] of probed) {
    expect(topic).toMatch(/^aegis\/probe\/[0-9a-f]{18}$/)
    expect(message).toMatch(/^preflight-/)
    expect(retain).toBe(false)
  }
  expect(server.log().match(/Client preflight-\w+ disconnected\./g)).toHaveLength(2)
})

it('says whom it contacts, and refuses what no client would take', async () => {
  expect(addressesOf(probe, { url: 'mqtt://user:password@broker' })).toEqual(['broker:1883'])
  expect(addressesOf(probe, { url: 'mqtts://[::1]' })).toEqual(['[::1]:8883'])
  for (const url of ['', 'http://a', 'mqtt:///', 'mqtt://h/a', 'mqtt://h?x=1', 'mqtt://:only-a-password@h'])
    expect(await look({ url })).toMatchObject({ reached: 'none', problem: { code: 'bad-url', class: 'config' } })
  expect((await look({ username: 'another' })).problem.code).toBe('bad-url')
  for (const wrong of [
    {},
    { url: 'mqtt://h', host: 'h', port: 1 },
    { host: 'h' },
    { url: 'mqtt://h', tls: true },
    { url: 'mqtt://h', password: 'alone' },
    { url: 'mqtt://h', topic: 'a/#' },
    { url: 'mqtt://h', topic: '$SYS' },
    { url: 'mqtt://h', key: '/no/such/key' },
  ])
    expect(probe.input.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false)
})
