import { mkdtemp, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createCertificate, type ServerCertificate } from '../../../sandbox/servers/certificate.js'
import { startRedis, type RedisServer } from '../../../sandbox/servers/redis.js'
import { probe } from '../../../src/checks/probes/redis.js'
import { climbAgainst } from './climb-against.js'
import { addressesOf, observe } from './observe.js'

let folder: string
let server: RedisServer
let certificate: ServerCertificate

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-probe-'))
  server = await startRedis(join(folder, 'one'))
  await mkdir(join(folder, 'certificate'))
  certificate = createCertificate(join(folder, 'certificate'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const look = (url: string, more: object = {}) => observe(probe, { url, ...more })
const codeOf = async (url: string, more: object = {}) => (await look(url, more)).problem.code

describe('a server that works', () => {
  afterEach(async () => {
    expect(await server.administer('DBSIZE')).toBe(0)
    expect(
      String(await server.administer('CLIENT', 'LIST'))
        .trim()
        .split('\n'),
    ).toHaveLength(1)
  })

  it('is climbed to the last rung, and keeps nothing', async () => {
    expect(await look(server.url)).toMatchObject({
      reached: 'write',
      problem: { code: 'none' },
      server: expect.stringMatching(/^(redis|valkey)$/) as string,
      role: 'master',
      linkedToMaster: true,
      loading: false,
      mode: 'standalone',
      canWrite: true,
      canStream: true,
      canGroup: true,
      streamRefusal: '',
      infoKnown: true,
      policyKnown: true,
      maxmemoryPolicy: 'noeviction',
      rdbKnown: true,
      rdbEnabled: false,
      aofEnabled: false,
      tlsUsed: false,
    })
  })

  it('is only read from when it must not be written to', async () => {
    expect(await look(server.url, { write: false })).toMatchObject({
      reached: 'role',
      problem: { code: 'none' },
      canWrite: false,
    })
  })

  it('is used in the database of the URL', async () => {
    expect(await look(server.url.replace(/0$/, '3'))).toMatchObject({ reached: 'write', database: 3 })
  })

  it('reports its eviction policy and its schedules', async () => {
    await server.administer(
      'CONFIG',
      'SET',
      'maxmemory-policy',
      'allkeys-lru',
      'maxmemory',
      '64mb',
      'appendonly',
      'yes',
      'save',
      '3600 1',
    )
    expect(await look(server.url)).toMatchObject({
      maxmemoryPolicy: 'allkeys-lru',
      maxmemory: 64 * 1024 * 1024,
      aofEnabled: true,
      rdbEnabled: true,
    })
    await server.restart()
  })
})

describe('credentials', () => {
  it('is known as a refused login, and a good one is not', async () => {
    const isRefused = async (url: string) => probe.isLoginRefused?.(probe.input.parse({ url }), await look(url))
    expect(await isRefused(server.url.replace(server.password, 'wrong'))).toBe(true)
    expect(await isRefused(server.url)).toBe(false)
  })

  it('that are wrong or missing', async () => {
    expect(await look(server.url.replace(server.password, 'wrong'))).toMatchObject({
      reached: 'hello',
      problem: { code: 'wrong-password', class: 'config', transient: false },
    })
    expect(await look(`redis://nobody:${server.password}@127.0.0.1:${server.port}`)).toMatchObject({
      reached: 'hello',
      problem: { code: 'wrong-password' },
    })
    expect(await look(`redis://127.0.0.1:${server.port}`)).toMatchObject({
      reached: 'hello',
      problem: { code: 'auth-required', class: 'config' },
    })
  })

  it('for another database than there is', async () => {
    expect(await look(server.url.replace(/0$/, '99'))).toMatchObject({
      reached: 'auth',
      problem: { code: 'wrong-database', class: 'config' },
    })
  })

  it('with a password that was not asked for', async () => {
    await server.administer('ACL', 'SETUSER', 'default', 'nopass')
    expect(await codeOf(server.url)).toBe('unexpected-password')
    expect(await codeOf(`redis://127.0.0.1:${server.port}`)).toBe('none')
    await server.restart()
  })

  it('with any character in them, percent-encoded', async () => {
    const password = 'a/b:c@d#e?f%41 ü'
    await server.administer('ACL', 'SETUSER', 'odd', 'on', `>${password}`, '~*', '+@all')
    expect(await codeOf(`redis://odd:${encodeURIComponent(password)}@127.0.0.1:${server.port}`)).toBe('none')
  })

  it('reports whether it listens on chosen addresses only, and its protected mode', async () => {
    const exposure = { exposureKnown: true, listensEverywhere: false, protectedMode: true }
    expect(await look(server.url, { write: false })).toMatchObject(exposure)
    await server.administer('CONFIG', 'SET', 'protected-mode', 'no')
    expect(await look(server.url, { write: false })).toMatchObject({ ...exposure, protectedMode: false })
    await server.administer('CONFIG', 'SET', 'protected-mode', 'yes')
  })

  it('with fewer rights', async () => {
    const as = (user: string) => `redis://${user}:pw-of-few@127.0.0.1:${server.port}`
    await server.administer('ACL', 'SETUSER', 'reader', 'on', '>pw-of-few', '~*', '+@read', '+@connection', '+info')
    expect(await look(as('reader'))).toMatchObject({
      reached: 'role',
      problem: { code: 'no-permission', class: 'config' },
      policyKnown: true,
      rdbKnown: false,
      exposureKnown: false,
      listensEverywhere: true,
      protectedMode: false,
    })
    await server.administer('ACL', 'SETUSER', 'elsewhere', 'on', '>pw-of-few', '~other:*', '+@all')
    expect(await codeOf(as('elsewhere'))).toBe('no-permission')
    expect(await codeOf(as('elsewhere'), { prefix: 'other:probe:' })).toBe('none')
    await server.administer('ACL', 'SETUSER', 'blind', 'on', '>pw-of-few', '~*', '+@all', '-@stream', '-@dangerous')
    expect(await look(as('blind'))).toMatchObject({
      reached: 'write',
      infoKnown: false,
      policyKnown: false,
      role: '',
      canWrite: true,
      canStream: false,
      canGroup: false,
      streamRefusal: expect.stringContaining('NOPERM') as string,
    })
  })
})

describe('whom a server lets in', () => {
  const exposed = async (...settings: readonly (readonly [string, string])[]) => {
    for (const [name, value] of settings) await server.administer('CONFIG', 'SET', name, value)
    const { exposureKnown, listensEverywhere, protectedMode, letsInWithoutPassword } = await look(server.url)
    return { exposureKnown, listensEverywhere, protectedMode, letsInWithoutPassword }
  }
  afterEach(async () => {
    await server.administer('CONFIG', 'SET', 'bind', '127.0.0.1')
    await server.administer('CONFIG', 'SET', 'protected-mode', 'yes')
    await server.administer('ACL', 'SETUSER', 'default', 'resetpass', `>${server.password}`)
  })

  it.each([
    ['127.0.0.1', false],
    ['127.0.0.1 -::1', false],
    ['* -::*', true],
    ['127.0.0.1 -::*', true],
    ['0.0.0.0', true],
  ])('bound to "%s"', async (bind, listensEverywhere) => {
    expect(await exposed(['bind', bind])).toEqual({
      exposureKnown: true,
      listensEverywhere,
      protectedMode: true,
      letsInWithoutPassword: false,
    })
  })

  it('without protected mode, and without a password', async () => {
    await server.administer('ACL', 'SETUSER', 'default', 'nopass')
    expect(await exposed(['protected-mode', 'no'])).toMatchObject({ protectedMode: false, letsInWithoutPassword: true })
  })

  it('is unknown where CONFIG is not permitted', async () => {
    await server.administer('ACL', 'SETUSER', 'blind', 'on', '>pw-of-few', '~*', '+@all', '-config')
    expect(await look(`redis://blind:pw-of-few@127.0.0.1:${server.port}`)).toMatchObject({
      exposureKnown: false,
      listensEverywhere: true,
      protectedMode: false,
    })
    await server.administer('ACL', 'DELUSER', 'blind')
  })
})

describe('a server that takes no writes', () => {
  it('since it is a replica, up to date or cut off', async () => {
    const replica = await startRedis(join(folder, 'replica'))
    const following = [`replicaof 127.0.0.1 ${server.port}`, `masterauth ${server.password}`]
    try {
      await replica.restart({ settings: following })
      expect(await look(replica.url)).toMatchObject({
        reached: 'role',
        role: 'replica',
        problem: { code: 'read-only', class: 'dependency' },
        canWrite: false,
      })
      await replica.restart({ settings: ['replicaof 127.0.0.1 1', 'replica-serve-stale-data no'] })
      expect(await look(replica.url)).toMatchObject({
        reached: 'auth',
        role: 'replica',
        linkedToMaster: false,
        problem: { code: 'stale-replica', transient: true },
      })
    } finally {
      await replica.stop()
    }
  })

  it('since its memory is full', async () => {
    await server.administer('CONFIG', 'SET', 'maxmemory', '1')
    expect(await look(server.url)).toMatchObject({
      reached: 'role',
      problem: { code: 'out-of-memory', class: 'dependency' },
    })
    await server.restart()
  })

  it('since it still loads', async () => {
    const loading = await startRedis(join(folder, 'loading'))
    try {
      await loading.administer('DEBUG', 'POPULATE', 20_000)
      await loading.administer('SAVE')
      await loading.restart({
        whileLoading: true,
        settings: ['key-load-delay 500', 'loading-process-events-interval-bytes 1024'],
      })
      expect(await look(loading.url)).toMatchObject({
        reached: 'auth',
        loading: true,
        problem: { code: 'loading', class: 'dependency', transient: true },
      })
    } finally {
      await loading.stop()
    }
  })

  it('since it is full', async () => {
    const other = new Redis(server.url, { retryStrategy: null, lazyConnect: true })
    await other.connect()
    await other.config('SET', 'maxclients', '1')
    expect(await codeOf(server.url)).toBe('max-clients')
    other.disconnect()
    await server.restart()
  })
})

describe('TLS', () => {
  it('that only one side speaks', async () => {
    // Half of the limit is given to a handshake before its silence is looked into.
    expect(await observe(probe, { url: server.url.replace('redis:', 'rediss:') }, { limit: 1000 })).toMatchObject({
      reached: 'connect',
      problem: { code: 'not-tls', class: 'config' },
    })
    await server.restart({ tls: certificate })
    expect(await look(server.url)).toMatchObject({
      reached: 'connect',
      problem: { code: 'tls-required', class: 'config' },
    })
    await server.restart()
  })

  it('is verified as the URL says', async () => {
    await server.restart({ tls: certificate })
    const url = server.url.replace('redis:', 'rediss:')
    expect(await look(url)).toMatchObject({ reached: 'connect', problem: { code: 'certificate-refused' } })
    expect(await codeOf(url, { 'trust-file': '/no/such/file' })).toBe('trust-file-unreadable')
    for (const trusting of [`${url}?ssl_cert_reqs=none`, `${url}?ssl_ca_certs=${certificate.certificateFile}`]) {
      expect(await look(trusting)).toMatchObject({ reached: 'write', problem: { code: 'none' }, tlsUsed: true })
    }
    expect(await codeOf(url, { 'trust-file': certificate.certificateFile })).toBe('none')
    await server.restart()
  })
})

describe('a server that is not there', () => {
  it('is refused, or has no name', async () => {
    await server.stop()
    expect(await look(server.url)).toMatchObject({
      reached: 'resolve',
      problem: { code: 'connection-refused', class: 'dependency', transient: true },
    })
    await server.restart()
    expect(await look('redis://no-such-host.invalid')).toMatchObject({
      reached: 'none',
      problem: { code: 'name-not-found' },
    })
    expect(await look(`unix://${folder}/no.sock`)).toMatchObject({
      reached: 'none',
      problem: { code: 'name-not-found' },
    })
  })

  it('answers through a socket file', async () => {
    await server.restart({ settings: [`unixsocket ${folder}/redis.sock`] })
    expect(await look(`unix://:${server.password}@${folder}/redis.sock?db=2`)).toMatchObject({
      reached: 'write',
      database: 2,
    })
    await server.restart()
  })

  it('or does not answer', async () => {
    await server.pause()
    expect(await climbAgainst(probe, { url: server.url }, Promise.resolve(), 'connect')).toEqual({
      reached: 'connect',
      code: 'silence',
    })
    server.resume()
    expect(await codeOf(server.url)).toBe('none')
  })
})

describe('a URL that redis-py would not take', () => {
  it('is a matter of configuration, and never quoted', async () => {
    for (const url of [
      '',
      'valkey://:pw-in-url@h',
      'redis+tls://:pw-in-url@h',
      'redis:/:pw-in-url@h',
      'redis://:pw-in-url@h:port',
      'redis://:pw/in#url@h:1:2',
      'redis://:pw-in-url@h?db=one',
    ]) {
      const { problem, reached } = await look(url)
      expect(problem).toMatchObject({ code: 'bad-url', class: 'config', transient: false })
      expect(reached).toBe('none')
      expect(problem.detail).not.toContain('pw')
      expect(addressesOf(probe, { url })).toEqual([])
    }
  })

  it('and one that it takes shows no credentials in its address', () => {
    expect(addressesOf(probe, { url: 'rediss://user:pw@h.example:7000/1' })).toEqual(['h.example:7000'])
    expect(addressesOf(probe, { url: 'unix://:pw@/run/r.sock' })).toEqual(['/run/r.sock'])
  })
})
