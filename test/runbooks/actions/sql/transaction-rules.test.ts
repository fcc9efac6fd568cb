import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../../sandbox/servers/postgres.js'
import { statementsOf } from '../../../../src/runbooks/actions/sql/statements.js'
import { unfitFor } from '../../../../src/runbooks/actions/sql/transaction-rules.js'
import { clusterTemplate } from '../../../servers/cluster-template.js'

let folder: string
let server: PostgresServer
let session: pg.Client

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rules-'))
  await chmod(folder, 0o755)
  server = await startPostgres(join(folder, 'cluster'), await clusterTemplate())
  session = await server.connectAsAdministrator()
  await session.query(`
    CREATE TABLE t (id int PRIMARY KEY, n int); CREATE TABLE "Quoted" (id int PRIMARY KEY);
    CREATE INDEX i ON t (n); CREATE INDEX "I 2" ON t (n);
    CREATE TABLE parts (id int, n int) PARTITION BY LIST (n); CREATE TABLE part PARTITION OF parts FOR VALUES IN (1);
    CREATE TABLE "Part" PARTITION OF parts FOR VALUES IN (2); CREATE INDEX parts_n ON parts (n);
    CLUSTER t USING t_pkey; CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$`)
  await session.query(
    "CREATE SUBSCRIPTION idle CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p, r WITH (connect = false)",
  )
  await session.query('ALTER SUBSCRIPTION idle ENABLE')
})
afterAll(async () => {
  await session.end()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const reasons = (text: string, isInTransaction = true) =>
  statementsOf(text).map((statement) => unfitFor(statement, isInTransaction))

/** What the server says to a statement in a transaction that is then taken back: a SQLSTATE, or `none`. */
async function inTransaction(text: string): Promise<string> {
  await session.query('BEGIN')
  try {
    await session.query(text)
    return 'none'
  } catch (error) {
    return (error as { readonly code: string }).code
  } finally {
    await session.query('ROLLBACK')
  }
}

describe('what the server runs only outside a transaction', () => {
  it.each([
    ['VACUUM', 'VACUUM'],
    ['vacuum (analyze) t', 'VACUUM'],
    ['CREATE DATABASE other', 'CREATE DATABASE'],
    ['DROP DATABASE IF EXISTS other', 'DROP DATABASE'],
    ["CREATE TABLESPACE there LOCATION '/nowhere'", 'CREATE TABLESPACE'],
    ['DROP TABLESPACE IF EXISTS there', 'DROP TABLESPACE'],
    ['CREATE INDEX CONCURRENTLY new ON t (n)', 'CREATE INDEX CONCURRENTLY'],
    ['/* x */ create unique index concurrently if not exists new on t (id)', 'CREATE UNIQUE INDEX CONCURRENTLY'],
    ['DROP INDEX CONCURRENTLY IF EXISTS i', 'DROP INDEX CONCURRENTLY'],
    ["ALTER SYSTEM SET work_mem = '8MB'", 'ALTER SYSTEM'],
    ['DISCARD ALL', 'DISCARD ALL'],
    ["COMMIT PREPARED 'a'", 'COMMIT PREPARED'],
    ["ROLLBACK PREPARED 'a'", 'ROLLBACK PREPARED'],
    ['ALTER DATABASE postgres SET TABLESPACE pg_default', 'ALTER DATABASE SET TABLESPACE'],
    ['ALTER DATABASE "postgres" SET TABLESPACE pg_default', 'ALTER DATABASE SET TABLESPACE'],
    ['ALTER TABLE parts DETACH PARTITION part CONCURRENTLY', 'ALTER TABLE DETACH PARTITION CONCURRENTLY'],
    ['ALTER TABLE public."parts" DETACH PARTITION "Part" CONCURRENTLY', 'ALTER TABLE DETACH PARTITION CONCURRENTLY'],
    ['REINDEX INDEX CONCURRENTLY i', 'REINDEX INDEX CONCURRENTLY'],
    ['REINDEX (VERBOSE, CONCURRENTLY) TABLE t', 'REINDEX TABLE CONCURRENTLY'],
    ['REINDEX (CONCURRENTLY TRUE) TABLE "Quoted"', 'REINDEX TABLE CONCURRENTLY'],
    ['REINDEX SCHEMA public', 'REINDEX SCHEMA'],
    ['CLUSTER', 'CLUSTER'],
    ['CLUSTER VERBOSE', 'CLUSTER'],
    ["CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p", 'CREATE SUBSCRIPTION'],
    ['ALTER SUBSCRIPTION idle REFRESH PUBLICATION', 'ALTER SUBSCRIPTION REFRESH PUBLICATION'],
    ['ALTER SUBSCRIPTION idle SET PUBLICATION p', 'ALTER SUBSCRIPTION SET PUBLICATION'],
    ['ALTER SUBSCRIPTION "idle" ADD PUBLICATION q', 'ALTER SUBSCRIPTION ADD PUBLICATION'],
    ['ALTER SUBSCRIPTION idle DROP PUBLICATION p', 'ALTER SUBSCRIPTION DROP PUBLICATION'],
  ])('%s', async (text, command) => {
    expect(await inTransaction(text)).toBe('25001')
    expect(reasons(text)).toEqual([`${command} cannot run in a transaction: write transaction: false`])
    expect(reasons(text, false)).toEqual([undefined])
  })

  it.each(['DATABASE', 'SYSTEM'])('REINDEX %s', async (kind) => {
    const text = `REINDEX ${kind} ${server.database}`
    expect(await inTransaction(text)).toBe('25001')
    expect(reasons(text)).toEqual([`REINDEX ${kind} cannot run in a transaction: write transaction: false`])
  })
})

it.each([
  'ANALYZE t',
  'CREATE INDEX new ON t (n)',
  'CREATE UNIQUE INDEX ON "Quoted" (id)',
  'DROP INDEX i, "I 2"',
  'ALTER DATABASE postgres SET default_tablespace = pg_default',
  'ALTER TABLE parts DETACH PARTITION part',
  'ALTER TABLE t ADD COLUMN concurrently_built int',
  'REINDEX INDEX i',
  'REINDEX TABLE "Quoted"',
  'REINDEX (CONCURRENTLY FALSE) TABLE t',
  'CLUSTER t',
  'CLUSTER VERBOSE t',
  'CLUSTER "Quoted" USING "Quoted_pkey"',
  "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false, slot_name = NONE)",
  'ALTER SUBSCRIPTION idle ADD PUBLICATION q WITH (refresh = false)',
  'DISCARD PLANS',
  "ALTER TYPE new_type ADD VALUE IF NOT EXISTS 'b'",
  'SAVEPOINT a',
  'PREPARE a AS SELECT 1',
  'SELECT 1 AS begin',
])('%s runs in one', async (text) => {
  if (text.includes('new_type')) await session.query("CREATE TYPE new_type AS ENUM ('a')")
  expect(await inTransaction(text)).toMatch(/^none$/)
  expect(reasons(text)).toEqual([undefined])
})

describe('what the database decides', () => {
  it.each([
    ['DROP SUBSCRIPTION idle', '25001'],
    ['REINDEX TABLE parts', '25001'],
    ['REINDEX INDEX parts_n', '25001'],
    ['CLUSTER parts USING parts_n', '25001'],
    ['CALL commits()', '2D000'],
  ])('is left to the server: %s', async (text, code) => {
    expect(await inTransaction(text)).toBe(code)
    expect(reasons(text)).toEqual([undefined])
  })
})

describe('what begins or ends a transaction', () => {
  it.each([
    'BEGIN',
    'begin work',
    'START TRANSACTION',
    'COMMIT',
    'END',
    'ROLLBACK',
    'rollback work',
    'ABORT',
    'PREPARE TRANSACTION $$a$$',
    '/* x */ -- y\nCommit AND CHAIN',
  ])('%s is refused with a transaction and without', (text) => {
    expect(reasons(text)).toEqual([expect.stringMatching(/^[A-Z ]+ would (begin or )?end /)])
    expect(reasons(text, false)).toEqual([expect.stringMatching(/transaction: false/)])
  })

  it.each(['ROLLBACK TO a', 'ROLLBACK WORK TO SAVEPOINT a', 'RELEASE a', 'INSERT INTO commit VALUES (1)'])(
    'but not %s',
    (text) => {
      expect(reasons(text)).toEqual([undefined])
    },
  )
})
