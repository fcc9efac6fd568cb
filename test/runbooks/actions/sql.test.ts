import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { startPostgres, type PostgresServer } from '../../../sandbox/servers/postgres.js'
import { action } from '../../../src/runbooks/actions/sql.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'
import { hostileValues, noEnvironment, perform, type Circumstances } from './perform.js'
import { clusterTemplate } from '../../servers/cluster-template.js'

let folder: string
let server: PostgresServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sql-'))
  await chmod(folder, 0o755)
  server = await startPostgres(join(folder, 'cluster'), await clusterTemplate())
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await server.administer(
    `DROP TABLE IF EXISTS jobs; CREATE TABLE jobs (id int PRIMARY KEY, name text, big bigint, at date); ALTER TABLE jobs OWNER TO ${server.user}; INSERT INTO jobs VALUES (1, 'one', 9007199254740993, '2026-01-02')`,
  )
})

type Input = z.input<typeof action.input>
const run = (input: Partial<Input>, circumstances: Circumstances = {}) =>
  perform(action, { database: server.url, ...input }, circumstances)
const names = async () => (await server.administer('SELECT name FROM jobs ORDER BY id')).map(({ name }) => name)
const written = async (name: string, text: string) => {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}

/** Settles when no session of ours is left on the server. */
async function noneLeft(): Promise<void> {
  for (;;) {
    const [row] = await server.administer(
      "SELECT count(*)::int AS left FROM pg_stat_activity WHERE application_name = 'preflight'",
    )
    if (row?.['left'] === 0) return
  }
}

describe('statements', () => {
  it('are committed together, and tell rows, counts and notices', async () => {
    const facts = await run({
      statements: [
        { text: 'INSERT INTO jobs VALUES ($1, $2, $3, $4)', values: [2, 'two', 5, null] },
        { text: 'UPDATE jobs SET name = name' },
        { text: "DO $$ BEGIN RAISE NOTICE 'heed this'; END $$" },
        { text: 'SELECT id, name, big, at, id > 1 AS late FROM jobs ORDER BY id' },
      ],
    })
    expect(facts).toEqual({
      committed: true,
      rolledBack: false,
      rows: [
        { id: 1, name: 'one', big: '9007199254740993', at: '2026-01-02', late: 'f' },
        { id: 2, name: 'two', big: 5, at: null, late: 't' },
      ],
      rowCounts: [1, 2, 0, 2],
      notices: ['heed this'],
      problem: { code: 'none', detail: '' },
    })
    expect(await names()).toEqual(['one', 'two'])
    await noneLeft()
  })

  it('leave nothing when one fails', async () => {
    const facts = await run({
      statements: [{ text: "INSERT INTO jobs VALUES (2, 'two')" }, { text: "INSERT INTO jobs VALUES (1, 'again')" }],
    })
    expect(facts).toMatchObject({
      committed: false,
      rolledBack: true,
      rows: [],
      rowCounts: [],
      problem: { code: '23505', detail: expect.stringMatching(/duplicate key/) as string },
    })
    expect(action.changedNothing?.(facts)).toBe(true)
    expect(await names()).toEqual(['one'])
  })

  it('leave nothing when COMMIT fails', async () => {
    await server.administer(
      'ALTER TABLE jobs DROP CONSTRAINT jobs_pkey; ALTER TABLE jobs ADD CONSTRAINT later UNIQUE (id) DEFERRABLE INITIALLY DEFERRED',
    )
    expect(await run({ statements: [{ text: "INSERT INTO jobs VALUES (1, 'again')" }] })).toMatchObject({
      committed: false,
      problem: { code: '23505' },
    })
    expect(await names()).toEqual(['one'])
  })

  it('cannot write when they only read', async () => {
    expect(await run({ 'read-only': true, statements: [{ text: 'SELECT count(*) AS jobs FROM jobs' }] })).toMatchObject(
      { committed: true, rows: [{ jobs: 1 }] },
    )
    expect(await run({ 'read-only': true, statements: [{ text: 'DELETE FROM jobs' }] })).toMatchObject({
      committed: false,
      problem: { code: '25006' },
    })
  })

  it('are one each, and their last rows are bounded', async () => {
    expect(await run({ statements: [{ text: 'SELECT 1; SELECT 2' }] })).toMatchObject({
      committed: false,
      problem: { code: '42601' },
    })
    const facts = await run({ statements: [{ text: 'SELECT g FROM generate_series(1, 5000) g' }] })
    expect(facts).toMatchObject({ committed: true, rowCounts: [5000] })
    expect(facts.rows).toHaveLength(1000)
  })

  it('wait for a lock no longer than they may', async () => {
    const holder = await server.connectAsAdministrator()
    try {
      await holder.query('BEGIN; LOCK TABLE jobs')
      expect(await run({ 'lock-timeout': '50ms', statements: [{ text: 'SELECT * FROM jobs' }] })).toMatchObject({
        committed: false,
        problem: { code: '55P03' },
      })
      expect(await run({ statements: [{ text: 'SELECT * FROM jobs' }] }, { limit: 2000 })).toMatchObject({
        committed: false,
        problem: { code: expect.stringMatching(/^(57014|08006)$/) as string },
      })
    } finally {
      await holder.end()
    }
  })
})

describe('a file', () => {
  it('of any number of statements is committed whole', async () => {
    const file = await written(
      'good.sql',
      "-- a migration\nINSERT INTO jobs VALUES (2, '; COMMIT; \\');\nCREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS $$ SELECT n * 2; $$;\nSAVEPOINT here; ROLLBACK TO here;\nSELECT twice(21) AS answer;\n",
    )
    expect(await run({ file })).toMatchObject({
      committed: true,
      rows: [{ answer: 42 }],
      rowCounts: [1, 0, 0, 0, 1],
      problem: { code: 'none' },
    })
    expect(await names()).toEqual(['one', '; COMMIT; \\'])
  })

  it('leaves nothing when a statement of it fails', async () => {
    expect(
      await run({
        file: await written(
          'bad.sql',
          "INSERT INTO jobs VALUES (2, 'two'); SELECT 1/0; INSERT INTO jobs VALUES (3, 'three');",
        ),
      }),
    ).toMatchObject({ committed: false, problem: { code: '22012' } })
    expect(await names()).toEqual(['one'])
  })

  it.each([
    ['BEGIN; DELETE FROM jobs; COMMIT;', /BEGIN would begin or end a transaction/],
    ['DELETE FROM jobs; /* */ commit;', /COMMIT would begin or end a transaction/],
    ['VACUUM jobs', /VACUUM cannot run in a transaction/],
    ['\\set x 1\nSELECT 1', /backslash command/],
    ["DELETE FROM jobs WHERE name = '", /a string does not end/],
    ['-- nothing', /it contains no statement/],
    ['SELECT 1\0', /NUL/],
  ])('of %j is refused before anything is run', async (text, message) => {
    const file = await written('refused.sql', text)
    await expect(run({ file })).rejects.toThrow(message)
    await expect(run({ file })).rejects.toBeInstanceOf(NotPerformedError)
    expect(await names()).toEqual(['one'])
  })

  it('that is not there, or no text, is refused', async () => {
    await expect(run({ file: join(folder, 'absent.sql') })).rejects.toBeInstanceOf(NotPerformedError)
    await writeFile(join(folder, 'latin1.sql'), Buffer.from("SELECT '\xe9'", 'latin1'))
    await expect(run({ file: join(folder, 'latin1.sql') })).rejects.toBeInstanceOf(NotPerformedError)
  })

  it('that ends the transaction where it could not be seen has no known end', async () => {
    await server.administer(`ALTER ROLE ${server.user} SET standard_conforming_strings = off`)
    try {
      const hidden = String.raw`SELECT '\''; COMMIT; SELECT 1 --'`
      await expect(run({ file: await written('hidden.sql', hidden) })).rejects.toThrow(
        'the statements ended the transaction of the step themselves',
      )
      await expect(
        run({ file: await written('hidden.sql', hidden.replace('SELECT 1', 'SELECT 1/0')) }),
      ).rejects.toThrow(/^the statements ended the transaction of the step, and then failed: division by zero/)
    } finally {
      await server.administer(`ALTER ROLE ${server.user} RESET standard_conforming_strings`)
    }
  })
})

describe('without a transaction', () => {
  beforeAll(() => server.administer(`ALTER ROLE ${server.user} SUPERUSER`))
  afterAll(() => server.administer(`ALTER ROLE ${server.user} NOSUPERUSER`))
  const alone = (texts: readonly string[], circumstances?: Circumstances, input: Partial<Input> = {}) =>
    run({ transaction: false, statements: texts.map((text) => ({ text })), ...input }, circumstances)
  const indexes = async () =>
    await server.administer(
      "SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'jobs'::regclass AND NOT i.indisprimary",
    )

  it('runs what cannot run in one', async () => {
    const facts = await alone([
      'CREATE INDEX CONCURRENTLY jobs_name ON jobs (name)',
      'VACUUM (ANALYZE) jobs',
      "ALTER SYSTEM SET work_mem = '8MB'",
      'CREATE DATABASE other',
      'DROP DATABASE other',
      'SELECT name FROM jobs WHERE id = 1',
    ])
    expect(facts).toMatchObject({
      committed: true,
      rolledBack: false,
      rows: [{ name: 'one' }],
      rowCounts: [0, 0, 0, 0, 0, 1],
      problem: { code: 'none' },
    })
    expect(await indexes()).toEqual([{ name: 'jobs_name', valid: true }])
    await server.administer('ALTER SYSTEM RESET work_mem')
  })

  it('takes a file apart, and binds values', async () => {
    const file = await written(
      'alone.sql',
      "-- first\nINSERT INTO jobs VALUES (2, '; VACUUM');\nCREATE INDEX CONCURRENTLY jobs_big ON jobs (big);\nCREATE FUNCTION thrice(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT n; SELECT n * 3; END;\n",
    )
    expect(await run({ transaction: false, file })).toMatchObject({ committed: true, rowCounts: [1, 0, 0] })
    expect(await names()).toEqual(['one', '; VACUUM'])
    expect(
      await run({ transaction: false, statements: [{ text: 'SELECT thrice($1) AS n', values: [4] }] }),
    ).toMatchObject({ rows: [{ n: 12 }] })
  })

  it('keeps what was done before a failure, and does not say that nothing changed', async () => {
    const facts = await alone([
      "INSERT INTO jobs VALUES (2, 'one')",
      'CREATE UNIQUE INDEX CONCURRENTLY jobs_once ON jobs (name)',
      'DELETE FROM jobs',
    ])
    expect(facts).toMatchObject({ committed: false, rolledBack: false, rowCounts: [1], problem: { code: '23505' } })
    expect(action.changedNothing?.(facts)).toBe(false)
    expect(await names()).toEqual(['one', 'one'])
    // What the server leaves of an index that could not be built: the reason why nothing is called unchanged.
    expect(await indexes()).toEqual([{ name: 'jobs_once', valid: false }])
  })

  it('waits for a lock no longer than it may, and for the limit of the step', async () => {
    const holder = await server.connectAsAdministrator()
    try {
      await holder.query('BEGIN; LOCK TABLE jobs')
      expect(await alone(['VACUUM jobs', 'DELETE FROM jobs'], {}, { 'lock-timeout': '50ms' })).toMatchObject({
        committed: false,
        problem: { code: '55P03' },
      })
    } finally {
      await holder.end()
    }
    expect(await alone(['SELECT pg_sleep(600)'], { limit: 300 })).toMatchObject({
      committed: false,
      problem: { code: expect.stringMatching(/^(57014|08006)$/) as string },
    })
  })

  it.each([
    ['BEGIN', 'statements[0]: BEGIN would begin or end a transaction; leave out transaction: false'],
    ['\\d', 'statements[0]: it contains a backslash command'],
  ])('refuses %s', async (text, message) => {
    await expect(alone([text])).rejects.toThrow(message)
    await expect(alone([text])).rejects.toBeInstanceOf(NotPerformedError)
  })

  it('cannot be read-only', () => {
    const given = { database: server.url, transaction: false, 'read-only': true, statements: [{ text: 'SELECT 1' }] }
    expect(action.input.safeParse(given).error?.issues[0]?.message).toBe(
      'only a transaction can be read-only: leave out transaction: false, or read-only',
    )
  })

  it('has no known end where the connection is lost after a statement was sent', async () => {
    for (const when of ['before', 'after'] as const) {
      const cutter = await startCutter('CONCURRENTLY', when)
      try {
        const ended = alone(
          ['SELECT 1', 'CREATE INDEX CONCURRENTLY jobs_cut ON jobs (at)'],
          {},
          { database: cutter.url },
        )
        await expect(ended).rejects.toThrow(/^statement 2 of 2 was sent; its outcome is unknown/)
        await expect(ended).rejects.not.toBeInstanceOf(NotPerformedError)
      } finally {
        await cutter.stop()
      }
      await noneLeft()
    }
  })

  it('has done nothing where the first was not sent, and says how far it came otherwise', async () => {
    const cutter = await startCutter('statement_timeout', 'after')
    try {
      await expect(alone(['DELETE FROM jobs'], {}, { database: cutter.url })).rejects.toThrow(
        /^the connection was lost before statement 1 of 1 was sent/,
      )
      await expect(alone(['DELETE FROM jobs'], {}, { database: cutter.url })).rejects.toBeInstanceOf(NotPerformedError)
    } finally {
      await cutter.stop()
    }
    expect(await names()).toEqual(['one'])
  })

  it('is what the server asks for where it alone could know', async () => {
    await server.administer(
      'CREATE OR REPLACE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM jobs; COMMIT; END $$',
    )
    expect(await run({ statements: [{ text: 'CALL commits()' }] })).toMatchObject({
      committed: false,
      rolledBack: true,
      problem: { code: '2D000', detail: 'invalid transaction termination: write transaction: false in the step' },
    })
    expect(await names()).toEqual(['one'])
    expect(await alone(['CALL commits()'])).toMatchObject({ committed: true })
    expect(await names()).toEqual([])
  })

  it('is in the plan', () => {
    const input = action.input.parse({
      database: 'postgresql://app@127.0.0.1/app',
      transaction: false,
      statements: [{ text: 'VACUUM jobs' }],
    })
    expect(action.describe(input, noEnvironment).lines).toEqual([
      'each by itself, without a transaction in app at 127.0.0.1:5432:',
      'VACUUM jobs',
    ])
  })
})

describe('values', () => {
  it('arrive as they are', async () => {
    for (const [index, value] of [...hostileValues, "'); DROP TABLE jobs; --"].entries()) {
      expect(
        await run({
          statements: [
            { text: 'INSERT INTO jobs (id, name) VALUES ($1, $2) RETURNING name', values: [index + 10, value] },
          ],
        }),
      ).toMatchObject({ committed: true, rows: [{ name: value }] })
    }
    expect(await names()).toHaveLength(hostileValues.length + 2)
    expect((await readdir(process.cwd())).includes('pwned')).toBe(false)
  })

  it('with a NUL are refused, and inputs that make no sense', () => {
    for (const input of [
      { statements: [{ text: 'SELECT $1', values: ['a\0'] }] },
      { file: 'a\0' },
      {},
      { file: 'a', statements: [{ text: 'SELECT 1' }] },
      { statements: [] },
    ]) {
      expect(action.input.safeParse({ database: server.url, ...input }).success).toBe(false)
    }
  })
})

/**
 * Sits between us and the server, and cuts the connection when a message of ours holds these words: before or after the
 * server got it.
 */
async function startCutter(words: string, when: 'before' | 'after') {
  const open = new Set<Socket>()
  const listener = createServer((client) => {
    const upstream = connect(server.port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => {})
    }
    upstream.on('data', (chunk) => client.write(chunk))
    client.on('close', () => upstream.destroy())
    client.on('data', (chunk) => {
      if (!chunk.includes(words)) return void upstream.write(chunk)
      if (when === 'after') upstream.end(chunk)
      client.destroy()
    })
  })
  await new Promise<void>((fulfil) => listener.listen(0, '127.0.0.1', fulfil))
  const { port } = listener.address() as AddressInfo
  return {
    url: server.url.replace(`:${server.port}/`, `:${port}/`),
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise<void>((fulfil) => listener.close(() => fulfil()))
    },
  }
}

describe('a connection that is lost', () => {
  it('or was never open, has done nothing', async () => {
    const database = server.url.replace(`:${server.port}/`, ':1/')
    await expect(run({ database, statements: [{ text: 'DELETE FROM jobs' }] })).rejects.toThrow(/^connection-refused/)
    await expect(run({ database, statements: [{ text: 'DELETE FROM jobs' }] })).rejects.toBeInstanceOf(
      NotPerformedError,
    )
    await expect(
      run({ database: server.url.replace(server.password, 'wrong'), statements: [{ text: 'SELECT 1' }] }),
    ).rejects.toBeInstanceOf(NotPerformedError)
    await expect(run({ database: 'canary', statements: [{ text: 'SELECT 1' }] })).rejects.toThrow(
      new NotPerformedError('bad-url: invalid DSN: scheme is expected to be either "postgresql" or "postgres"'),
    )
  })

  it('before BEGIN has done nothing', async () => {
    const cutter = await startCutter('BEGIN', 'after')
    try {
      await expect(run({ database: cutter.url, statements: [{ text: 'DELETE FROM jobs' }] })).rejects.toBeInstanceOf(
        NotPerformedError,
      )
    } finally {
      await cutter.stop()
    }
  })

  it('before COMMIT has kept nothing', async () => {
    const cutter = await startCutter('DELETE', 'after')
    try {
      expect(await run({ database: cutter.url, statements: [{ text: 'DELETE FROM jobs' }] })).toMatchObject({
        committed: false,
        problem: { code: '08006' },
      })
    } finally {
      await cutter.stop()
    }
    await noneLeft()
    expect(await names()).toEqual(['one'])
  })

  it.each(['before', 'after'] as const)('with COMMIT leaves it open, lost %s the server got it', async (when) => {
    const cutter = await startCutter('COMMIT', when)
    try {
      const committed = run({ database: cutter.url, statements: [{ text: 'DELETE FROM jobs' }] })
      await expect(committed).rejects.toThrow(/^COMMIT was sent; unknown whether it took effect/)
      await expect(committed).rejects.not.toBeInstanceOf(NotPerformedError)
    } finally {
      await cutter.stop()
    }
    await noneLeft()
    expect(await names()).toEqual(when === 'before' ? ['one'] : [])
  })

  it('by us, before COMMIT, has kept nothing, and the server releases its locks', async () => {
    const limit = new AbortController()
    const running = run(
      { statements: [{ text: 'DELETE FROM jobs' }, { text: 'SELECT pg_sleep(600)' }] },
      { signal: limit.signal },
    )
    for (;;) {
      const [row] = await server.administer(
        "SELECT count(*)::int AS sleeping FROM pg_stat_activity WHERE application_name = 'preflight' AND query LIKE '%pg_sleep%' AND state = 'active'",
      )
      if (row?.['sleeping'] === 1) break
    }
    limit.abort()
    await expect(running).rejects.toBeInstanceOf(NotPerformedError)
    await noneLeft()
    expect(await names()).toEqual(['one'])
  })

  it('by the server’s administrator has kept nothing', async () => {
    const running = run({ statements: [{ text: 'DELETE FROM jobs' }, { text: 'SELECT pg_sleep(600)' }] })
    for (;;) {
      const rows = await server.administer(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'preflight' AND query LIKE '%pg_sleep%' AND state = 'active'",
      )
      if (rows.length === 1) break
    }
    expect(await running).toMatchObject({ committed: false, problem: { code: '57P01' } })
    expect(await names()).toEqual(['one'])
  })
})

describe('a URL is read as the service reads it', () => {
  const read = { 'read-only': true, statements: [{ text: 'SELECT current_user AS name' }] }
  const bare = () => server.url.replace(`:${server.password}@`, '@')

  it('with the PG* variables of the environment under test', async () => {
    await expect(run({ ...read, database: bare() })).rejects.toBeInstanceOf(NotPerformedError)
    expect(await run({ ...read, database: bare() }, { environment: { PGPASSWORD: server.password } })).toMatchObject({
      committed: true,
      rows: [{ name: server.user }],
    })
    const described = action.describe(
      action.input.parse({ ...read, database: 'postgresql://' }),
      TestedEnvironment.of({ PGHOST: 'db.example', PGPORT: '5433', PGUSER: 'app' }),
    )
    expect(described).toMatchObject({
      lines: ['BEGIN READ ONLY in app at db.example:5433', expect.any(String) as string, 'COMMIT'],
      addresses: ['db.example:5433'],
    })
  })

  it("with the password file of the service's home", async () => {
    const home = await mkdtemp(join(folder, 'home-'))
    await writeFile(join(home, '.pgpass'), `*:*:*:${server.user}:${server.password}\n`, { mode: 0o600 })
    expect(await run({ ...read, database: bare(), 'service-home': home })).toMatchObject({ committed: true })
  })
})

describe('a plan', () => {
  it('shows the transaction with its values, and no credential', () => {
    const described = action.describe(
      action.input.parse({
        database: 'postgresql://app:canary@db.example:5433/app',
        'read-only': true,
        statements: [{ text: 'SELECT\n  $1', values: ["'\n"] }],
      }),
      noEnvironment,
    )
    expect(described).toEqual({
      lines: ['BEGIN READ ONLY in app at db.example:5433', 'SELECT ⏎   $1 with $1 = "\'\\n"', 'COMMIT'],
      addresses: ['db.example:5433'],
      files: [],
    })
    expect(action.describe(action.input.parse({ database: 'x', file: 'a b.sql' }), noEnvironment)).toEqual({
      lines: ['BEGIN', "the statements of 'a b.sql'", 'COMMIT'],
      addresses: [],
      files: ['a b.sql'],
    })
  })
})
