import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificate } from '../../../sandbox/servers/certificate.js'
import { startPostgres, type PostgresServer } from '../../../sandbox/servers/postgres.js'
import { collector, questions } from '../../../src/incidents/collectors/postgres-info.js'
import { startPeer, type Ending, type Turn } from '../../peers/scripted-peer.js'
import { collect, valueOf } from './collect.js'
import { clusterTemplate } from '../../servers/cluster-template.js'

let folder: string
let server: PostgresServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postgres-info-'))
  chmodSync(folder, 0o711)
  server = await startPostgres(join(folder, 'one'), await clusterTemplate())
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const all = questions.map(({ name }) => name)

describe('a server that works', () => {
  it('answers every question, figures as figures and truth as truth', async () => {
    const value = await valueOf(collector, { url: server.url })
    expect(value).toMatchObject({
      address: `127.0.0.1:${server.port}`,
      database: server.database,
      tls: false,
      server: { release: expect.stringMatching(/^\d+\.\d+/) as string, role: server.user },
      recovery: { in_recovery: false },
      activity: { deadlocks: 0 },
      replicas: [],
      size: { bytes: expect.any(Number) as number },
      missing: {},
    })
    expect(Object.keys(value)).toEqual(['address', 'database', 'tls', ...all, 'missing'])
    const settings = new Map(
      (value['settings'] as { readonly name: string; readonly setting: string }[]).map(({ name, setting }) => [
        name,
        setting,
      ]),
    )
    expect(settings.get('max_connections')).toBe('40')
    // Ours are not the server's.
    expect(settings.get('statement_timeout')).toBe('0')
    expect(settings.get('lock_timeout')).toBe('0')
  })

  it('is read as the service reads the URL: with its PG* variables, and with its home', async () => {
    const bare = server.url.replace(`:${server.password}@`, '@')
    await expect(collect(collector, { url: bare })).rejects.toThrow()
    const value = await collect(collector, { url: bare }, undefined, { PGPASSWORD: server.password })
    expect(value).toMatchObject({ value: { server: { role: server.user } } })
    writeFileSync(join(folder, '.pgpass'), `*:*:*:${server.user}:${server.password}\n`, { mode: 0o600 })
    expect(await valueOf(collector, { url: bare, 'service-home': folder })).toMatchObject({
      server: { role: server.user },
    })
    await expect(
      collect(collector, { url: bare, 'service-home': folder, 'target-files': 'elsewhere' }),
    ).rejects.toThrow(/were not opened: password file/)
  })

  it('tells how many wait and how long, and neither the text of a query, a row nor who asks', async () => {
    await server.administer(
      `CREATE TABLE canary_table (canary_column text); INSERT INTO canary_table VALUES ('canary-row'); GRANT ALL ON canary_table TO ${server.user}`,
    )
    const holder = new pg.Client({ connectionString: server.url, application_name: 'canary-application' })
    const waiter = new pg.Client({ connectionString: server.url, application_name: 'canary-application' })
    await Promise.all([holder.connect(), waiter.connect()])
    await holder.query("BEGIN; LOCK TABLE canary_table; SELECT 'canary-text'")
    const waiting = waiter.query("SELECT 'canary-text' FROM canary_table")
    try {
      await until(
        async () =>
          (await server.administer("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).length > 0,
      )
      const value = await valueOf(collector, { url: server.url })
      expect(value['connections']).toContainEqual(
        expect.objectContaining({
          kind: 'client backend',
          state: 'idle in transaction',
          count: 1,
          longest_transaction_seconds: expect.any(Number) as number,
        }),
      )
      expect(value['connections']).toContainEqual(
        expect.objectContaining({ state: 'active', waits_for: 'Lock', count: 1 }),
      )
      expect(value['locks']).toContainEqual({ type: 'relation', mode: 'AccessExclusiveLock', granted: true, count: 1 })
      expect(value['locks']).toContainEqual({ type: 'relation', mode: 'AccessShareLock', granted: false, count: 1 })
      expect(JSON.stringify(value)).not.toContain('canary')
      expect(JSON.stringify(value)).not.toContain(server.password)
    } finally {
      await holder.query('ROLLBACK')
      await waiting
      await Promise.all([holder.end(), waiter.end()])
      await server.administer('DROP TABLE canary_table')
    }
  })

  it('is asked in transactions that can only read, and no session stays', async () => {
    await server.administer("ALTER SYSTEM SET log_statement = 'all'; ")
    await server.administer('SELECT pg_reload_conf()')
    await collect(collector, { url: server.url })
    await until(
      async () =>
        (await server.administer("SELECT 1 FROM pg_stat_activity WHERE application_name = 'preflight'")).length === 0,
    )
    const statements = server
      .log()
      .split('\n')
      .filter((line) => line.includes('statement: ') && line.includes('json_agg'))
    expect(statements).toHaveLength(questions.length)
    for (const statement of statements)
      expect(statement).toContain('statement: BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = 4500;')
    await server.administer('ALTER SYSTEM RESET log_statement')
    await server.administer('SELECT pg_reload_conf()')
  })

  it('reports what this role may see, and names what it may not', async () => {
    await server.administer('REVOKE SELECT ON pg_stat_archiver, pg_settings FROM PUBLIC')
    const value = await valueOf(collector, { url: server.url })
    expect(value['missing']).toEqual({
      settings: expect.stringMatching(/permission denied/) as string,
      archiver: expect.stringMatching(/permission denied/) as string,
    })
    expect(value).toMatchObject({ connections: [expect.anything()], size: { bytes: expect.any(Number) as number } })
    await server.administer('GRANT SELECT ON pg_stat_archiver, pg_settings TO PUBLIC')
  })

  it('reports that it is a standby', async () => {
    const standby = await startPostgres(join(folder, 'standby'), await clusterTemplate())
    await standby.restart({ standby: true })
    const value = await valueOf(collector, { url: standby.url })
    expect(value).toMatchObject({ recovery: { in_recovery: true, replay_paused: false }, missing: {} })
    await standby.stop()
  })

  it('is asked over TLS, whose certificate must be trusted where the URL says so', async () => {
    const secured = await startPostgres(join(folder, 'secured'), await clusterTemplate())
    const place = join(folder, 'certificate')
    mkdirSync(place)
    chmodSync(place, 0o711)
    const certificate = createCertificate(place)
    await secured.restart({ tls: certificate })
    const other = join(folder, 'other')
    mkdirSync(other)
    const { certificateFile } = createCertificate(other)
    await expect(
      collect(collector, { url: `${secured.url}?sslmode=verify-full&sslrootcert=${certificateFile}` }),
    ).rejects.toThrow(/^certificate-refused/)
    expect(
      await valueOf(collector, {
        url: `${secured.url}?sslmode=verify-full&sslrootcert=${certificateFile}`,
        'trust-file': certificate.certificateFile,
      }),
    ).toMatchObject({ tls: true, missing: {} })
    await secured.stop()
  })
})

describe('a server that refuses', () => {
  it('is reported without the credentials', async () => {
    await expect(collect(collector, { url: server.url.replace(server.password, 'canary') })).rejects.toThrow(
      /^wrong-password: (?!.*canary)/,
    )
    await expect(collect(collector, { url: server.url.replace(/\/[^/]*$/, '/nowhere') })).rejects.toThrow(
      /^wrong-database/,
    )
    await expect(collect(collector, { url: 'postgresql://a:canary@127.0.0.1:1/a' })).rejects.toThrow(
      /^connection-refused: (?!.*canary)/,
    )
    await expect(collect(collector, { url: 'mysql://a:canary@127.0.0.1/a' })).rejects.toThrow(/^bad-url: (?!.*canary)/)
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

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((fulfil) => setTimeout(fulfil, 20))
}

/** One message of the backend: its kind, its length, its body. */
function message(kind: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(kind), length, body])
}
const ready = message('Z', Buffer.from('I'))
const login: Turn = { hears: /user\0app\0/, says: Buffer.concat([message('R', Buffer.from([0, 0, 0, 0])), ready]) }

/** A result of one row with one column, named `answers`. */
function answer(json: string): Buffer {
  const column = Buffer.concat([Buffer.from('answers\0'), Buffer.alloc(6), Buffer.from([0, 0, 0, 25]), Buffer.alloc(8)])
  const size = Buffer.alloc(4)
  size.writeInt32BE(json.length)
  return Buffer.concat([
    message('T', Buffer.concat([Buffer.from([0, 1]), column])),
    message('D', Buffer.concat([Buffer.from([0, 1]), size, Buffer.from(json)])),
    message('C', Buffer.from('SELECT 1\0')),
    ready,
  ])
}

/** Gathers from a peer that plays these turns and ends so; the signal is aborted once it has fallen silent. */
async function against(turns: readonly Turn[], ending: Ending) {
  const peer = await startPeer(turns, ending)
  const limit = new AbortController()
  void peer.silent.then(() => limit.abort())
  try {
    return await valueOf(
      collector,
      { url: `postgresql://app@127.0.0.1:${peer.port}/app?sslmode=disable` },
      limit.signal,
    )
  } finally {
    await peer.allGone()
    await peer.stop()
  }
}

describe('a peer that lies or breaks off', () => {
  it('leaves what it had said before it fell silent or hung up', async () => {
    for (const ending of ['falls silent', 'closes', 'resets'] as const) {
      const value = await against([login, { hears: /version\(\)/, says: answer('[{"release":"15.2"}]') }], ending)
      expect(value).toMatchObject({ server: { release: '15.2' } })
      expect(Object.keys(value['missing'] as object)).toEqual(all.slice(1))
    }
  })

  it('is reported when its answer is not understood', async () => {
    for (const lie of ['canary', '{"canary":1}', '[']) {
      await expect(against([login, { hears: /version\(\)/, says: answer(lie) }], 'closes')).rejects.toThrow(
        'its answer is not understood',
      )
    }
  })

  it('is stopped when it sends without end', async () => {
    const endless = Buffer.concat([
      message('T', Buffer.from([0, 0])),
      ...Array<Buffer>(300).fill(message('N', Buffer.from(`SNOTICE\0M${'x'.repeat(10_000)}\0\0`))),
    ])
    await expect(against([login, { hears: /version\(\)/, says: endless }], 'falls silent')).rejects.toThrow(
      /the peer sent more than 1000000 bytes/,
    )
  })
})
