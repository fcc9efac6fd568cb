import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../sandbox/servers/postgres.js'
import { SilenceError } from '../../../src/base/errors.js'
import { probe } from '../../../src/checks/probes/postgres.js'
import { clusterTemplate } from '../../servers/cluster-template.js'
import { observe } from './observe.js'

let folder: string
let server: PostgresServer
/** Of a role that may do everything. */
let almighty: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postgres-query-'))
  await chmod(folder, 0o755)
  server = await startPostgres(join(folder, 'cluster'), await clusterTemplate())
  await server.administer(`
    CREATE TABLE jobs (id int PRIMARY KEY, state text);
    INSERT INTO jobs SELECT number, 'waiting' FROM generate_series(1, 150) AS number;
    CREATE SEQUENCE tickets;
    CREATE ROLE almighty SUPERUSER LOGIN PASSWORD 'harbour-gravel';
    GRANT SELECT, INSERT, UPDATE, DELETE ON jobs TO ${server.user}; GRANT ALL ON SEQUENCE tickets TO ${server.user}`)
  const url = new URL(server.url)
  url.username = 'almighty'
  url.password = 'harbour-gravel'
  almighty = url.href
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const ask = (query: string, more: object = {}) => observe(probe, { url: server.url, query, ...more })

describe('the rows of a query', () => {
  it('are numbers, truth and text as JSON has them', async () => {
    const facts = await ask(
      `SELECT 1 AS int4, 9007199254740993 AS int8, 2.50 AS numeric, 0.1::float8 AS float8, 'NaN'::float8 AS nan,
        1e30::numeric AS huge, true AS yes, false AS no, NULL AS nothing, '17' AS digits, '{"a":1}'::jsonb AS json,
        DATE '2026-02-03' AS day`,
    )
    expect(facts).toMatchObject({
      reached: 'catalog',
      problem: { code: 'none' },
      rowCount: 1,
      truncated: false,
      columns: 'int4 int8 numeric float8 nan huge yes no nothing digits json day'.split(' '),
    })
    expect(facts.rows).toEqual([
      {
        int4: 1,
        int8: '9007199254740993',
        numeric: 2.5,
        float8: 0.1,
        nan: 'NaN',
        huge: `1${'0'.repeat(30)}`,
        yes: true,
        no: false,
        nothing: null,
        digits: '17',
        json: '{"a": 1}',
        day: '2026-02-03',
      },
    ])
  })

  it.each([
    [100, false],
    [101, true],
    [1_000_000_000, true],
  ])(
    'of %d rows are at most a hundred (truncated: %s)',
    async (number, truncated) => {
      const facts = await ask(`SELECT generate_series(1, $1::bigint) AS n`, { parameters: [number] })
      expect(facts.problem.code).toBe('none')
      expect(facts).toMatchObject({ rowCount: 100, truncated })
      expect(facts.rows.at(-1)).toEqual({ n: 100 })
    },
    30_000,
  )

  it('may be none, and are not read where the server was not reached', async () => {
    expect(await ask('SELECT id FROM jobs WHERE false')).toMatchObject({
      columns: ['id'],
      rows: [],
      rowCount: 0,
      truncated: false,
    })
    expect(await ask('SELECT 1', { url: 'postgresql://a:b@127.0.0.1:1/c' })).toMatchObject({
      rowCount: 0,
      truncated: true,
    })
  })

  it('are cut where a text is long', async () => {
    const facts = await ask("SELECT repeat('x', 1000) AS held, repeat('y', 1001) AS cut")
    expect(facts.truncated).toBe(true)
    expect(facts.rows).toEqual([{ held: 'x'.repeat(1000), cut: `${'y'.repeat(999)}…` }])
  })

  it('take parameters apart from the text', async () => {
    const parameters = ["waiting'; DROP TABLE jobs; --", 7, true]
    expect((await ask('SELECT $1::text AS text, $2::int AS number, $3::bool AS truth', { parameters })).rows).toEqual([
      { text: parameters[0], number: 7, truth: true },
    ])
    expect((await ask('SELECT count(*) AS n FROM jobs WHERE state = $1', { parameters: ['waiting'] })).rows).toEqual([
      { n: 150 },
    ])
    expect((await ask('SELECT $1::int AS n')).problem.code).toBe('query-refused')
  })
})

describe('the server refuses, and nothing changes', () => {
  const target = () => join(folder, 'written-by-a-program')
  const refused: readonly (readonly [string, () => string, RegExp])[] = [
    ['WITH … DELETE', () => 'WITH gone AS (DELETE FROM jobs RETURNING id) SELECT * FROM gone', /WITH/],
    ['a second statement', () => 'SELECT 1; DELETE FROM jobs', /multiple commands/],
    ['the end of the transaction', () => 'SELECT 1; COMMIT; DELETE FROM jobs; --', /multiple commands/],
    ['nextval', () => "SELECT nextval('tickets')", /read-only transaction/],
    ['COPY … PROGRAM', () => `COPY jobs TO PROGRAM 'cat > ${target()}'`, /syntax error/],
    ['COPY of a query to a program', () => `COPY (SELECT 1) TO PROGRAM 'cat > ${target()}'`, /syntax error/],
    ['DELETE', () => 'DELETE FROM jobs', /syntax error/],
    ['SELECT INTO', () => 'SELECT * INTO copied FROM jobs', /INTO/],
    ['a lock of rows', () => 'SELECT * FROM jobs FOR UPDATE', /read-only transaction/],
    ['PREPARE TRANSACTION', () => "PREPARE TRANSACTION 'left'", /syntax error/],
    ['a switch back to writing', () => "SELECT set_config('transaction_read_only', 'off', false)", /read-write mode/],
    ['two columns of a name', () => 'SELECT 1 AS a, 2 AS a', /name them with AS/],
  ]

  it.each(refused)('%s', async (_title, query, words) => {
    for (const url of [server.url, almighty]) {
      const { problem, rows, rowCount, truncated } = await ask(query(), { url })
      expect(problem).toMatchObject({ code: 'query-refused', class: 'config', transient: false })
      expect(problem.detail).toMatch(words)
      expect({ rows, rowCount, truncated }).toEqual({ rows: [], rowCount: 0, truncated: true })
    }
    expect(existsSync(target())).toBe(false)
    expect(
      await server.administer(`SELECT (SELECT count(*)::int FROM jobs) AS jobs, (SELECT is_called FROM tickets) AS drawn,
        to_regclass('copied') AS copied, (SELECT count(*)::int FROM pg_prepared_xacts) AS prepared`),
    ).toEqual([{ jobs: 150, drawn: false, copied: null, prepared: 0 }])
  })

  it('a table that the role may not read, and one that does not exist', async () => {
    await server.administer('CREATE TABLE closed (id int)')
    expect((await ask('SELECT * FROM closed')).problem).toMatchObject({ code: 'query-refused' })
    expect((await ask('SELECT * FROM nowhere')).problem.detail).toContain('SQLSTATE 42P01')
  })
})

it('is cancelled by the server before the attempt ends', async () => {
  await expect(observe(probe, { url: server.url, query: 'SELECT pg_sleep(60)' }, { limit: 2000 })).rejects.toThrow(
    new SilenceError('the server cancelled the query at its time limit'),
  )
  for (;;) {
    const [row] = await server.administer(
      "SELECT count(*)::int AS left FROM pg_stat_activity WHERE application_name = 'preflight'",
    )
    if (row?.['left'] === 0) break
  }
})

it('says when a lock was not to be had', async () => {
  const holder = await server.connectAsAdministrator()
  await holder.query('BEGIN; LOCK TABLE jobs')
  const { problem } = await observe(probe, { url: server.url, query: 'SELECT * FROM jobs' }, { limit: 3000 })
  await holder.end()
  expect(problem).toMatchObject({ code: 'query-cancelled', class: 'dependency', transient: true })
  expect(problem.detail).toContain('SQLSTATE 55P03')
})

it('has no facts of a query where none is given', () => {
  const without = probe.concealed!({ url: 'postgresql://a@b/c' }, {}, {})
  expect(Object.keys(without)).toEqual(['columns', 'rows', 'rowCount', 'truncated', 'queryMs'])
  expect(probe.concealed!({ url: 'postgresql://a@b/c', query: 'SELECT 1' }, {}, {})).toEqual({})
})
