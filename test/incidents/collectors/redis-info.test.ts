import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificate, type ServerCertificate } from '../../../sandbox/servers/certificate.js'
import { startRedis, type RedisServer } from '../../../sandbox/servers/redis.js'
import {
  collector,
  latencyEvents,
  moduleVersions,
  roleOf,
  serverSections,
} from '../../../src/incidents/collectors/redis-info.js'
import { startPeer, type Ending, type Turn } from '../../peers/scripted-peer.js'
import { collect, valueOf } from './collect.js'

let folder: string
let server: RedisServer
let certificate: ServerCertificate

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-info-'))
  server = await startRedis(join(folder, 'one'))
  await mkdir(join(folder, 'certificate'))
  certificate = createCertificate(join(folder, 'certificate'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Everything of a server that gathering could have changed, the figures of its own commands aside. */
async function stateOf(): Promise<unknown> {
  return Promise.all([
    server.administer('CONFIG', 'GET', '*'),
    server.administer('DBSIZE'),
    server.administer('SLOWLOG', 'LEN'),
    server.administer('ACL', 'LIST'),
  ])
}

describe('a server that works', () => {
  it('reports its figures, its role and the settings that matter', async () => {
    expect(await valueOf(collector, { url: server.url })).toMatchObject({
      address: `127.0.0.1:${server.port}`,
      database: 0,
      tls: false,
      info: {
        server: { tcp_port: String(server.port) },
        memory: { used_memory: expect.stringMatching(/^\d+$/) as string },
        persistence: { loading: '0' },
        replication: { role: 'master' },
        commandstats: { cmdstat_ping: expect.stringContaining('calls=') as string },
      },
      role: { role: 'master', replicas: [] },
      settings: { 'maxmemory-policy': 'noeviction', appendonly: 'no', save: '' },
      slowlogLength: expect.any(Number) as number,
      latency: [],
      modules: [],
      missing: {},
    })
  })

  it('reports nothing of what it keeps or of who uses it, and is left as it was', async () => {
    const user = new Redis(server.url, { connectionName: 'canary-client', lazyConnect: true })
    await user.connect()
    await server.administer('CONFIG', 'SET', 'slowlog-log-slower-than', '0')
    await user.set('canary-key', 'canary-value')
    await user.call('XADD', 'canary-stream', '*', 'canary-field', 'canary-value')
    await user.eval("return redis.error_reply('Canary-script failed')", 0).catch(() => undefined)
    await server.administer('CONFIG', 'SET', 'slowlog-log-slower-than', '10000')
    await server.administer('CONFIG', 'SET', 'masterauth', 'canary-masterauth')
    const before = await stateOf()
    const text = JSON.stringify(await valueOf(collector, { url: server.url }))
    expect(text).toContain('keyspace')
    expect(text.toLowerCase()).not.toContain('canary')
    expect(text).not.toContain(server.password)
    expect(await stateOf()).toEqual(before)
    await user.flushall()
    user.disconnect()
    await server.administer('CONFIG', 'SET', 'masterauth', '')
  })

  it('reports what this user may see, and names what it may not', async () => {
    await server.administer(
      'ACL',
      'SETUSER',
      'reader',
      'on',
      '>reader-password',
      '~*',
      '+ping',
      '+auth',
      '+info',
      '+role',
      '+slowlog|len',
    )
    const value = await valueOf(collector, {
      url: server.url.replace(`:${server.password}@`, 'reader:reader-password@'),
    })
    expect(value).toMatchObject({ info: { memory: {} }, role: { role: 'master' } })
    expect(value['missing']).toEqual({
      settings: 'CONFIG is denied or unknown',
      latency: expect.stringMatching(/^no-permission: /) as string,
      modules: expect.stringMatching(/^no-permission: /) as string,
    })
    await server.administer('ACL', 'DELUSER', 'reader')
  })

  it('reports which server a replica copies', async () => {
    const replica = await startRedis(join(folder, 'replica'))
    await replica.administer('REPLICAOF', '127.0.0.1', '1')
    expect((await valueOf(collector, { url: replica.url }))['role']).toMatchObject({
      role: 'replica',
      primary: '127.0.0.1:1',
      link: expect.stringMatching(/^connect/) as string,
    })
    await replica.stop()
  })

  it('is asked over TLS, whose certificate must be trusted', async () => {
    const secured = await startRedis(join(folder, 'secured'))
    await secured.restart({ tls: certificate })
    const url = secured.url.replace('redis:', 'rediss:')
    await expect(collect(collector, { url })).rejects.toThrow(/^certificate-refused/)
    expect(await valueOf(collector, { url, 'trust-file': certificate.certificateFile })).toMatchObject({
      tls: true,
      role: { role: 'master' },
    })
    await secured.stop()
  })
})

describe('a server that refuses', () => {
  it('is reported without the credentials', async () => {
    await expect(collect(collector, { url: server.url.replace(server.password, 'canary-password') })).rejects.toThrow(
      /^wrong-password: (?!.*canary)/,
    )
    await expect(collect(collector, { url: `redis://127.0.0.1:${server.port}/0` })).rejects.toThrow(/^auth-required/)
    await expect(collect(collector, { url: 'redis://:canary@127.0.0.1:1/0' })).rejects.toThrow(
      /^connection-refused: (?!.*canary)/,
    )
    await expect(collect(collector, { url: 'valkey://:canary@127.0.0.1/0' })).rejects.toThrow(/^bad-url: (?!.*canary)/)
  })

  it('is released at the signal when it is paused', async () => {
    await server.pause()
    try {
      const limit = new AbortController()
      const gathering = collect(collector, { url: server.url }, limit.signal)
      setTimeout(() => limit.abort(), 50)
      await expect(gathering).rejects.toThrow()
    } finally {
      server.resume()
    }
  })
})

/** Gathers from a peer that plays these turns and ends so; the signal is aborted once it has fallen silent. */
async function against(turns: readonly Turn[], ending: Ending) {
  const peer = await startPeer(turns, ending)
  const limit = new AbortController()
  void peer.silent.then(() => limit.abort())
  try {
    return await valueOf(collector, { url: `redis://127.0.0.1:${peer.port}/0` }, limit.signal)
  } finally {
    await peer.allGone()
    await peer.stop()
  }
}

describe('a peer that lies or breaks off', () => {
  const pong: Turn = { hears: /ping/i, says: '+PONG\r\n' }
  const info = (text: string): Turn => ({ hears: /info/i, says: `$${text.length}\r\n${text}\r\n` })

  it('leaves what it had said before it fell silent or hung up', async () => {
    for (const ending of ['falls silent', 'closes', 'resets'] as const) {
      const value = await against([pong, info('# Memory\r\nused_memory:5\r\n')], ending)
      expect(value).toMatchObject({
        info: { memory: { used_memory: '5' } },
        missing: { role: expect.any(String) as string, modules: expect.any(String) as string },
      })
      expect(value).not.toHaveProperty('role')
    }
  })

  it('is reported when it says nothing that is understood', async () => {
    await expect(against([{ says: 'HTTP/1.1 400 Bad Request\r\n\r\n' }], 'closes')).rejects.toThrow(/^not-redis/)
    await expect(
      against([pong, info('canary without a section'), { hears: /role/i, says: '+canary\r\n' }], 'closes'),
    ).rejects.toThrow('its INFO has no known section')
  })

  it('is stopped when it sends without end', async () => {
    const endless: Turn = { hears: /info/i, says: `$2000000000\r\n${'x'.repeat(2_000_000)}` }
    await expect(against([pong, endless], 'falls silent')).rejects.toThrow(/more than 1000000 bytes/)
  })
})

describe('replies', () => {
  it('lose what modules add, and errors that are not the server’s own', () => {
    const text =
      '# Server\r\nredis_version:7.0\r\n\r\n# search_index\r\nsearch_name:canary\r\n\r\n# Errorstats\r\nerrorstat_ERR:count=1\r\nerrorstat_Canary:count=2\r\n'
    expect(serverSections(text)).toEqual({ server: { redis_version: '7.0' }, errorstats: { errorstat_ERR: 'count=1' } })
  })

  it('keep no section that is not the server’s own, whatever it contains', () => {
    const field = fc
      .tuple(fc.stringMatching(/^[a-z_]{1,10}$/), fc.stringMatching(/^[ -~]{0,20}$/))
      .map(([name, value]) => `${name}:${value}`)
    fc.assert(
      fc.property(fc.array(field), fc.array(field), (own, foreign) => {
        const text = [
          '# Memory',
          'used_memory:5',
          ...own,
          '',
          '# canary_module',
          ...foreign.map((line) => `canary_${line}`),
          '',
        ].join('\r\n')
        expect(Object.keys(serverSections(text))).toEqual(['memory'])
        expect(Object.keys(serverSections(text)['memory']!).filter((name) => name.startsWith('canary_'))).toEqual([])
      }),
    )
  })

  it('are read whatever their shape', () => {
    expect(roleOf(['master', 10, [['10.0.0.1', '6379', '9']]])).toEqual({
      role: 'master',
      offset: 10,
      replicas: [{ offset: 9 }],
    })
    expect(roleOf(['slave', '10.0.0.1', 6379, 'connected', 9])).toEqual({
      role: 'replica',
      primary: '10.0.0.1:6379',
      link: 'connected',
      offset: 9,
    })
    expect(roleOf(['sentinel', ['one', 'two']])).toEqual({ role: 'sentinel', primaries: 2 })
    for (const reply of [null, 'canary', 5, [], [['canary']]])
      expect(() => roleOf(reply)).toThrow('its ROLE is unknown')
    expect(latencyEvents([['command', 1_767_225_600, 12, 40]])).toEqual([
      { event: 'command', at: '2026-01-01T00:00:00.000Z', latestMs: 12, worstMs: 40 },
    ])
    expect(latencyEvents(null)).toEqual([])
    expect(moduleVersions([['name', 'search', 'ver', 20800, 'path', '/canary', 'args', ['canary']]])).toEqual([
      { name: 'search', version: 20800 },
    ])
  })
})
