import { existsSync, mkdtempSync, chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificate } from '../../../sandbox/servers/certificate.js'
import { type NatsServer, startNats } from '../../../sandbox/servers/nats.js'
import { createClusterTemplate, type PostgresServer, startPostgres } from '../../../sandbox/servers/postgres.js'
import { type RedisServer, startRedis } from '../../../sandbox/servers/redis.js'

let folder = ''
let redis: RedisServer
let nats: NatsServer
let postgres: PostgresServer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-test-'))
  chmodSync(folder, 0o711)
  const template = await createClusterTemplate(join(folder, 'template'))
  ;[redis, nats, postgres] = await Promise.all([
    startRedis(join(folder, 'redis')),
    startNats(join(folder, 'nats')),
    startPostgres(join(folder, 'postgres'), template),
  ])
})

afterAll(async () => {
  await Promise.all([redis.stop(), nats.stop(), postgres.stop()])
  const isLeft = processesIn(folder)
  rmSync(folder, { recursive: true, force: true })
  expect(isLeft).toEqual([])
})

/** Command lines of processes that were started with something in this folder. */
function processesIn(path: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => (existsSync(`/proc/${name}/cmdline`) ? readCommandLine(name) : ''))
    .filter((line) => line.includes(path))
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** What the server sends within a short while, asked or unasked; `refused` when nothing listens. */
function converse(port: number, question = '', withinMs = 300): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(question))
    const finish = (text: string): void => {
      socket.destroy()
      resolve(text)
    }
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', () => finish('refused'))
    setTimeout(() => finish(answer), withinMs)
  })
}

const login = (password: string): string => `AUTH ${password}\r\nPING\r\n`

async function select(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000, query_timeout: 1000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query('SELECT 1 AS one')).rows
  } finally {
    await client.end()
  }
}

describe('Redis', () => {
  it('wants its password', async () => {
    expect(await converse(redis.port, 'PING\r\n')).toMatch(/^-NOAUTH/)
    expect(await converse(redis.port, login('wrong'))).toMatch(/^-WRONGPASS/)
    expect(await converse(redis.port, login(redis.password))).toBe('+OK\r\n+PONG\r\n')
  })

  it('stops when paused and answers again after', async () => {
    await redis.pause()
    expect(await converse(redis.port, login(redis.password))).toBe('')
    redis.resume()
    expect(await converse(redis.port, login(redis.password))).toContain('+PONG')
  })

  it('is refused when stopped and keeps its port when started again', async () => {
    const { port } = redis
    await redis.stop()
    expect(redis.isRunning()).toBe(false)
    expect(await converse(port, 'PING\r\n')).toBe('refused')
    await redis.restart()
    expect(await converse(port, login(redis.password))).toContain('+PONG')
  })

  it('ends also while it is paused', async () => {
    await redis.pause()
    await redis.stop()
    expect(redis.isRunning()).toBe(false)
    await redis.restart()
  })

  it('speaks TLS when asked, with a certificate for the loopback', async () => {
    const tls = createCertificate(redis.folder)
    await redis.restart({ tls })
    const subject = await new Promise<unknown>((resolve, reject) => {
      const socket = connectTls({ host: '127.0.0.1', port: redis.port, ca: readFileSync(tls.certificateFile) }, () => {
        resolve(socket.authorized && socket.getPeerCertificate().subjectaltname)
        socket.destroy()
      })
      socket.once('error', reject)
    })
    expect(subject).toBe('DNS:localhost, IP Address:127.0.0.1')
    await redis.restart()
  })
})

describe('NATS', () => {
  it('greets, and wants credentials', async () => {
    const info = await converse(nats.port)
    expect(JSON.parse(info.slice('INFO '.length))).toMatchObject({ auth_required: true, jetstream: true })
    expect(await converse(nats.port, 'CONNECT {"verbose":false}\r\nPING\r\n')).toContain(
      "-ERR 'Authorization Violation'",
    )
  })

  it('can do without JetStream, demand TLS and deny a subject', async () => {
    const hello = `CONNECT ${JSON.stringify({ user: nats.user, pass: nats.password, verbose: false, pedantic: true })}\r\nPUB in.t.preflight.raw 1\r\nx\r\nPING\r\n`
    expect(await converse(nats.port, hello)).toMatch(/PONG\r\n$/)
    await nats.restart({ jetStream: false, denyPublish: ['in.t.>'] })
    const answer = await converse(nats.port, hello)
    expect(answer).toContain('Permissions Violation for Publish to "in.t.preflight.raw"')
    expect(JSON.parse(answer.slice('INFO '.length, answer.indexOf('\r\n')))).not.toHaveProperty('jetstream')
    await nats.restart({ tls: createCertificate(nats.folder) })
    expect(await converse(nats.port)).toContain('"tls_required":true')
    await nats.restart()
  })

  it('stops when paused', async () => {
    await nats.pause()
    expect(await converse(nats.port)).toBe('')
    nats.resume()
    expect(await converse(nats.port)).toMatch(/^INFO/)
  })
})

describe('PostgreSQL', () => {
  it('lets its role in with its password and no one else', async () => {
    expect(await select(postgres.url)).toEqual([{ one: 1 }])
    await expect(select(postgres.url.replace(postgres.password, 'wrong'))).rejects.toMatchObject({ code: '28P01' })
    await expect(select(`${postgres.url}_other`)).rejects.toMatchObject({ code: '3D000' })
  })

  it('stops when paused, running backends included', async () => {
    const client = new pg.Client({ connectionString: postgres.url, query_timeout: 300 })
    client.on('error', () => undefined)
    await client.connect()
    await postgres.pause()
    await expect(client.query('SELECT 1')).rejects.toThrow(/timeout/i)
    postgres.resume()
    await client.end()
    expect(await select(postgres.url)).toEqual([{ one: 1 }])
  })

  it('comes up as a standby that only reads, and as a primary again', async () => {
    await postgres.restart({ standby: true })
    expect(await postgres.administer('SELECT pg_is_in_recovery() AS recovering')).toEqual([{ recovering: true }])
    await postgres.restart()
    expect(await postgres.administer('SELECT pg_is_in_recovery() AS recovering')).toEqual([{ recovering: false }])
  })

  it('refuses plain connections when it requires TLS', async () => {
    await postgres.restart({ tls: createCertificate(postgres.folder) })
    await expect(select(postgres.url)).rejects.toMatchObject({ code: '28000' })
    await postgres.restart()
  })
})
