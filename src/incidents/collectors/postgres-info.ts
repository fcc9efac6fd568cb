import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { credential, postgresDriver, serviceHome } from '../../net/credential.js'
import { driverContextOf, targetFiles } from '../../environment/driver-context.js'
import { defineCollector } from '../../engine/collector.js'
import { leaveElsewhere } from '../../net/named-files.js'
import { logInToPostgres } from '../../net/postgres/postgres-login.js'
import type { PostgresSession, StatementResult } from '../../net/postgres/postgres-session.js'
import { readPostgresSecurity, readPostgresTarget } from '../../net/postgres/postgres-target.js'
import { beginReadOnly } from '../../net/postgres/read-only.js'
import { readJson } from '../../net/http/web-facts.js'
import { Parts } from './gathering/parts.js'

const input = z.strictObject({
  url: credential().describe(
    'connection URL as asyncpg reads it: sslmode=require encrypts without verifying, and prefer is the default',
  ),
  driver: postgresDriver(),
  'service-home': serviceHome(),
  'trust-file': pathOrEmpty()
    .default('')
    .describe('PEM file of certificates to trust with sslmode=verify-ca or verify-full, before the one the URL names'),
  'target-files': targetFiles(),
})

/** Milliseconds for one question. */
const questionLimit = 5000

/**
 * What a PostgreSQL server says of itself: figures and settings, each read in a transaction that can only read. No row
 * of a table, no text of a query, no name of a client.
 */
export const collector = defineCollector({
  kind: 'postgres-info',
  title: 'what a PostgreSQL server reports about itself',
  input,
  async collect(given, { signal, environment }) {
    const target = readPostgresTarget(given.url, given.driver, driverContextOf(environment, given['service-home']))
    if (given['target-files'] === 'elsewhere') leaveElsewhere(target.files)
    const security = await readPostgresSecurity(target, given['trust-file'])
    const { session, tlsUsed, endpoint } = await logInToPostgres(target, security, questionLimit, {
      signal,
      reach: () => {},
    })
    try {
      const parts = new Parts(signal)
      for (const { name, sql, single } of questions) {
        await parts.take(name, async () => {
          const rows = await readOnly(session, sql)
          return single ? rows[0] : rows
        })
      }
      return parts.gathered({
        address: 'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`,
        database: target.database || target.user,
        tls: tlsUsed,
      })
    } finally {
      await session.end()
    }
  },
})

/**
 * A transaction for each question: one that is refused spoils no other. The server gives up a little before we do. Its
 * rows come as JSON, so that truth and figures stay what they are.
 */
async function readOnly(session: PostgresSession, sql: string): Promise<readonly unknown[]> {
  const asJson = `SELECT COALESCE(json_agg(answer), '[]')::text AS answers FROM (${sql}) AS answer`
  const begin = beginReadOnly({ statement: questionLimit - 500, lock: 500 })
  let results: readonly StatementResult[]
  try {
    results = await session.run(`${begin}; ${asJson}; ROLLBACK`)
  } catch (error) {
    // After a refusal the transaction is still open. A lost connection has nothing to roll back, and the first error
    // says so.
    await session.run('ROLLBACK').catch(() => undefined)
    throw error
  }
  const [row] = results.flatMap(({ rows }) => rows)
  const { isJson, json } = readJson(String(row?.['answers']))
  if (!isJson || !Array.isArray(json)) throw new Error('its answer is not understood')
  return json as readonly unknown[]
}

/**
 * Settings that decide how a server serves and what it keeps. None of them holds a credential, as `primary_conninfo`
 * does.
 */
const settings = [
  'archive_mode',
  'autovacuum',
  'checkpoint_timeout',
  'data_checksums',
  'deadlock_timeout',
  'default_transaction_isolation',
  'default_transaction_read_only',
  'effective_cache_size',
  'fsync',
  'full_page_writes',
  'hot_standby',
  'idle_in_transaction_session_timeout',
  'lock_timeout',
  'maintenance_work_mem',
  'max_connections',
  'max_locks_per_transaction',
  'max_replication_slots',
  'max_slot_wal_keep_size',
  'max_wal_senders',
  'max_wal_size',
  'max_worker_processes',
  'reserved_connections',
  'server_encoding',
  'shared_buffers',
  'ssl',
  'statement_timeout',
  'superuser_reserved_connections',
  'synchronous_commit',
  'temp_file_limit',
  'TimeZone',
  'wal_level',
  'work_mem',
]

interface Question {
  /** The part of the evidence that the answer becomes. */
  readonly name: string
  /** A query without parameters. */
  readonly sql: string
  /** One row is the answer; else the list of rows. */
  readonly single: boolean
}

const one = (name: string, sql: string): Question => ({ name, sql, single: true })

const many = (name: string, sql: string): Question => ({ name, sql, single: false })

const seconds = (moment: string): string => `round(extract(epoch FROM now() - ${moment}))::int`

/** In the order they are asked, the cheapest first: what a server that is going under still answers. */
export const questions: readonly Question[] = [
  one(
    'server',
    `SELECT version() AS version, current_setting('server_version') AS release, ${seconds('pg_postmaster_start_time()')} AS up_seconds, current_user AS role`,
  ),
  one(
    'recovery',
    `SELECT pg_is_in_recovery() AS in_recovery,
            CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END AS replay_paused,
            CASE WHEN pg_is_in_recovery() THEN ${seconds('pg_last_xact_replay_timestamp()')} END AS last_replay_seconds_ago`,
  ),
  many(
    'settings',
    `SELECT name, reset_val AS setting, unit, source, pending_restart FROM pg_catalog.pg_settings WHERE name IN (${settings.map((name) => `'${name}'`).join(', ')}) ORDER BY name`,
  ),
  many(
    'connections',
    `SELECT COALESCE(backend_type, 'hidden from this role') AS kind, COALESCE(state, 'none') AS state, COALESCE(wait_event_type, 'none') AS waits_for, count(*) AS count,
            max(${seconds('xact_start')}) AS longest_transaction_seconds, max(${seconds('state_change')}) AS longest_in_state_seconds
     FROM pg_catalog.pg_stat_activity WHERE pid <> pg_backend_pid() GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  ),
  many(
    'locks',
    'SELECT locktype AS type, mode, granted, count(*) AS count FROM pg_catalog.pg_locks WHERE pid <> pg_backend_pid() GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
  ),
  one(
    'activity',
    `SELECT numbackends AS backends, xact_commit AS commits, xact_rollback AS rollbacks, blks_read AS blocks_read, blks_hit AS blocks_hit, temp_files, temp_bytes, deadlocks, conflicts,
            stats_reset::text AS counted_since
     FROM pg_catalog.pg_stat_database WHERE datname = current_database()`,
  ),
  many(
    'replicas',
    `SELECT state, sync_state, pg_wal_lsn_diff(sent_lsn, replay_lsn)::bigint AS behind_bytes, round(extract(epoch FROM replay_lag))::int AS behind_seconds FROM pg_catalog.pg_stat_replication ORDER BY 1, 2, 3`,
  ),
  many(
    'slots',
    `SELECT slot_type AS type, active, CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint END AS retained_bytes FROM pg_catalog.pg_replication_slots ORDER BY 1, 2, 3`,
  ),
  one(
    'archiver',
    'SELECT archived_count AS archived, failed_count AS failed, last_archived_time::text AS last_archived, last_failed_time::text AS last_failed FROM pg_catalog.pg_stat_archiver',
  ),
  one(
    'transactionIds',
    'SELECT age(datfrozenxid) AS oldest_unfrozen FROM pg_catalog.pg_database WHERE datname = current_database()',
  ),
  one('size', 'SELECT pg_database_size(current_database()) AS bytes'),
]
