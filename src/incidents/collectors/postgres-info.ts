import { z } from 'zod'
import { credential } from '../../net/credential.js'
import { surroundingsOf } from '../../environment/driver-context.js'
import { postgresDriver, serviceHome } from '../../net/driver-input.js'
import { defineCollector } from '../../engine/collector.js'
import { targetFiles } from '../../environment/target-files.js'
import { leaveElsewhere } from '../../net/named-files.js'
import { logInToPostgres } from '../../net/postgres/postgres-login.js'
import type { PostgresSession, StatementResult } from '../../net/postgres/postgres-session.js'
import { readPostgresSecurity, readPostgresTarget } from '../../net/postgres/postgres-target.js'
import { readJson } from '../../net/http/web-facts.js'
import { Parts } from './gathering/parts.js'
import { questions } from './postgres-info/questions.js'

const input = z.strictObject({
  url: credential().describe(
    'connection URL as asyncpg reads it: sslmode=require encrypts without verifying, and prefer is the default',
  ),
  driver: postgresDriver(),
  'service-home': serviceHome(),
  'trust-file': z
    .string()
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
  title: 'what a PostgreSQL server says of itself',
  input,
  async collect(given, { signal, environment }) {
    const target = readPostgresTarget(given.url, given.driver, surroundingsOf(environment, given['service-home']))
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
  const limits = `SET LOCAL statement_timeout = ${questionLimit - 500}; SET LOCAL lock_timeout = 500`
  let results: readonly StatementResult[]
  try {
    results = await session.run(`BEGIN TRANSACTION READ ONLY; ${limits}; ${asJson}; ROLLBACK`)
  } catch (error) {
    // Refused, the transaction still stands. A lost connection has nothing to roll back, and the first error says so.
    await session.run('ROLLBACK').catch(() => undefined)
    throw error
  }
  const [row] = results.flatMap(({ rows }) => rows)
  const { isJson, json } = readJson(String(row?.['answers']))
  if (!isJson || !Array.isArray(json)) throw new Error('its answer is none that is understood')
  return json as readonly unknown[]
}
