import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startRedis, type RedisServer } from '../../../sandbox/servers/redis.js'
import { probe } from '../../../src/checks/probes/redis.js'
import { observe } from './observe.js'

let folder: string
let server: RedisServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-read-'))
  server = await startRedis(join(folder, 'one'))
  await server.administer('SET', 'count', '17')
  await server.administer('SET', 'word', 'harbour')
  await server.administer('SET', 'long', 'x'.repeat(4097))
  await server.administer('RPUSH', 'jobs', 'a', 'b', 'c')
  await server.administer('HSET', 'user', 'name', 'ada', 'score', '1.5')
  await server.administer('SADD', 'tags', 'red')
  await server.administer('ZADD', 'ranks', 1, 'a', 2, 'b')
  await server.administer('XADD', 'events', '1-1', 'field', 'of an entry')
  await server.administer('XGROUP', 'CREATE', 'events', 'workers', '0')
  await server.administer('SET', 'soon', '1', 'EX', 1000)
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

type Reads = Readonly<Record<string, readonly (string | number)[]>>

const look = (read: Reads, more: object = {}) =>
  observe(probe, { url: server.url, write: false, read: read as Record<string, string[]>, ...more })
const answer = async (...words: (string | number)[]) => (await look({ it: words })).answers['it']!
const none = { number: 0, text: '', list: [], fields: {}, numbers: {}, rows: [], truncated: false }

describe('what is read', () => {
  it.each([
    [['LLEN', 'jobs'], { form: 'number', number: 3, text: '3' }],
    [['dbsize'], { form: 'number', number: 9, text: '9' }],
    [['SCARD', 'tags'], { form: 'number', number: 1, text: '1' }],
    [['HLEN', 'user'], { form: 'number', number: 2, text: '2' }],
    [['ZCARD', 'ranks'], { form: 'number', number: 2, text: '2' }],
    [['ZCOUNT', 'ranks', 2, '+inf'], { form: 'number', number: 1, text: '1' }],
    [['XLEN', 'events'], { form: 'number', number: 1, text: '1' }],
    [['EXISTS', 'jobs', 'nothing'], { form: 'number', number: 1, text: '1' }],
    [['SISMEMBER', 'tags', 'red'], { form: 'number', number: 1, text: '1' }],
    [['TTL', 'jobs'], { form: 'number', number: -1, text: '-1' }],
    [['PTTL', 'nothing'], { form: 'number', number: -2, text: '-2' }],
    [['GET', 'count'], { form: 'text', number: 17, text: '17' }],
    [['GET', 'word'], { form: 'text', text: 'harbour' }],
    [['GET', 'nothing'], { form: 'nil' }],
    [['GET', 'long'], { form: 'text', truncated: true }],
    [['STRLEN', 'long'], { form: 'number', number: 4097, text: '4097' }],
    [['HGET', 'user', 'name'], { form: 'text', text: 'ada' }],
    [['HEXISTS', 'user', 'name'], { form: 'number', number: 1, text: '1' }],
    [['ZSCORE', 'ranks', 'b'], { form: 'text', number: 2, text: '2' }],
    [['TYPE', 'jobs'], { form: 'text', text: 'list' }],
    [['ACL', 'WHOAMI'], { form: 'text', text: 'default' }],
    [['slowlog', 'len'], { form: 'number', number: 0, text: '0' }],
    [['LATENCY', 'LATEST'], { form: 'list', list: [] }],
    [['CONFIG', 'GET', 'bind'], { form: 'fields', fields: { bind: '127.0.0.1' } }],
    [['CONFIG', 'GET', 'maxmemory'], { form: 'fields', fields: { maxmemory: '0' }, numbers: { maxmemory: 0 } }],
    [['XPENDING', 'events', 'workers'], { form: 'list', list: ['0', '', '', ''] }],
  ] as const)('%j', async (words, expected) => {
    expect(await answer(...words)).toEqual({ ...none, ...expected })
  })

  it('are fields of sections and streams, and rows of groups', async () => {
    const info = await answer('INFO', 'memory')
    expect(info).toMatchObject({ form: 'fields', truncated: false, fields: { maxmemory_policy: 'noeviction' } })
    expect(info.numbers['used_memory']).toBeGreaterThan(0)
    const stream = await answer('XINFO', 'STREAM', 'events')
    expect(stream).toMatchObject({ form: 'fields', numbers: { length: 1, groups: 1 } })
    expect(JSON.stringify(stream)).not.toContain('of an entry')
    expect((await answer('XINFO', 'GROUPS', 'events')).rows).toMatchObject([{ name: 'workers', pending: '0' }])
    expect((await answer('MEMORY', 'USAGE', 'jobs')).number).toBeGreaterThan(0)
    expect((await answer('TTL', 'soon')).number).toBeGreaterThan(900)
  })

  it('does not look used, and nothing changes', async () => {
    const before = await server.administer('DEBUG', 'DIGEST')
    const idle = async () => Number(await server.administer('OBJECT', 'IDLETIME', 'jobs'))
    const hasNoTouch = !String(await server.administer('CLIENT', 'NO-TOUCH', 'OFF').catch(String)).includes('ERR')
    while ((await idle()) < 2) await new Promise((fulfil) => setTimeout(fulfil, 200))
    await answer('LLEN', 'jobs')
    if (hasNoTouch) expect(await idle()).toBeGreaterThanOrEqual(2)
    expect(await server.administer('DEBUG', 'DIGEST')).toBe(before)
  })

  it('is asked after a write round trip, too', async () => {
    const facts = await look({ waiting: ['LLEN', 'jobs'] }, { write: true })
    expect(facts).toMatchObject({ reached: 'write', canWrite: true, answers: { waiting: { number: 3 } } })
  })
})

describe('what is not answered', () => {
  const asUser = async (name: string, ...rules: string[]) => {
    await server.administer('ACL', 'SETUSER', name, 'reset', 'on', '>pw-of-few', ...rules)
    const url = new URL(server.url)
    url.username = name
    url.password = 'pw-of-few'
    return { url: url.href }
  }

  it('is a problem in the words of the server, and no answer is given', async () => {
    const facts = await look({ first: ['LLEN', 'jobs'], wrong: ['GET', 'jobs'] })
    expect(facts.problem).toMatchObject({
      code: 'read-refused',
      detail: expect.stringMatching(/^wrong: WRONGTYPE /) as string,
    })
    expect(facts.answers['first']).toEqual({ ...none, form: 'none', truncated: true })
  })

  it('may be forbidden, or asked with another password', async () => {
    const few = await asUser('few', '~*', '+ping', '+info', '+select', '+hello')
    expect((await look({ it: ['LLEN', 'jobs'] }, few)).problem.code).toBe('no-permission')
    const keys = await asUser('keys', '~other:*', '+@all')
    expect((await look({ it: ['LLEN', 'jobs'] }, keys)).problem.code).toBe('no-permission')
    const url = new URL(server.url)
    url.password = 'another'
    expect(await look({ it: ['LLEN', 'jobs'] }, { url: url.href })).toMatchObject({
      problem: { code: 'wrong-password' },
      answers: { it: { form: 'none' } },
    })
  })

  it('may be far too large', async () => {
    await server.administer('SETRANGE', 'huge', 3_000_000, 'x')
    try {
      expect((await look({ it: ['GET', 'huge'] })).problem.code).toBe('answer-too-large')
    } finally {
      await server.administer('DEL', 'huge')
    }
  })
})

const peers: Server[] = []
afterEach(() => Promise.all(peers.splice(0).map((peer) => new Promise((fulfil) => peer.close(fulfil)))))

it.each([
  ['OK to everything', '+OK\r\n'],
  ['an error to everything', '-ERR not today\r\n'],
  ['zero to everything', ':0\r\n'],
  ['a list without end', '*1000000000\r\n'],
  ['a page', 'HTTP/1.1 200 OK\r\n\r\n'],
])('a server that answers %s gives no green', async (_what, reply) => {
  const peer = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        socket.write(reply.repeat(chunk.toString('latin1').match(/^\*\d/gm)?.length ?? 0))
      })
  })
  peers.push(peer)
  await new Promise<void>((fulfil) => peer.listen(0, '127.0.0.1', fulfil))
  const url = `redis://127.0.0.1:${(peer.address() as AddressInfo).port}/0`
  const seen = await look({ it: ['GET', 'count'] }, { url }).catch((error: unknown) => error as Error)
  const isGreen = !(seen instanceof Error) && seen.problem.code === 'none' && seen.role === 'master'
  expect(isGreen).toBe(false)
  if (!(seen instanceof Error)) expect(seen.answers['it']!.number).not.toBe(17)
})

describe('a command that is not on the list', () => {
  const problems = (words: readonly unknown[]) =>
    probe.input
      .safeParse({ url: 'redis://127.0.0.1', read: { it: words } })
      .error?.issues.map(({ path, message }) => [path.join('.'), message])

  it.each([
    [['SET', 'a', 'b']],
    [['DEL', 'a']],
    [['FLUSHALL']],
    [['EVAL', 'return 1', '0']],
    [['KEYS', '*']],
    [['LRANGE', 'a', '0', '-1']],
    [['PFCOUNT', 'a']],
    [['CONFIG', 'SET', 'bind', '::']],
    [['CONFIG', 'REWRITE']],
    [['CONFIG']],
    [['ACL', 'LIST']],
    [['CLIENT', 'LIST']],
    [['SLOWLOG', 'GET']],
    [['SLOWLOG', 'RESET']],
    [['LATENCY', 'RESET']],
    [['MEMORY', 'PURGE']],
    [['constructor']],
    [['CONFIG GET', 'bind']],
    [['']],
  ])('%j is refused at its place', (words) => {
    expect(problems(words)).toEqual([['read.it', expect.stringContaining('is not a command that only reads')]])
  })

  it.each([
    [['LLEN'], 'LLEN takes one argument'],
    [['DBSIZE', 'x'], 'DBSIZE takes no argument'],
    [['HGET', 'a'], 'HGET takes 2 arguments'],
    [['EXISTS'], 'EXISTS takes 1 to 20 arguments'],
    [['INFO', 'everything now'], 'INFO takes the name of one section'],
    [['CONFIG', 'GET', '*'], 'CONFIG GET takes the name of one setting'],
    [['CONFIG', 'GET', 'requirepass'], 'this setting may hold a password, and is not shown'],
    [['CONFIG', 'GET', 'masterauth'], 'this setting may hold a password, and is not shown'],
    [['CONFIG', 'GET', 'TLS-KEY-FILE-PASS'], 'this setting may hold a password, and is not shown'],
  ])('%j is refused: %s', (words, message) => {
    expect(problems(words)).toEqual([['read.it', message]])
  })

  it('is answered with what was meant', () => {
    expect(problems(['LEN', 'jobs'])?.[0]?.[1]).toContain('did you mean')
  })
})
