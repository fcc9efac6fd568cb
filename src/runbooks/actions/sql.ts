import { z } from 'zod'
import { driverContextOf } from '../../environment/driver-context.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { wholeNumber } from '../../base/facts.js'
import { defineStepKind } from '../definition/step-kind.js'
import { logInToPostgres } from '../../net/postgres/postgres-login.js'
import {
  postgresAddresses,
  readPostgresSecurity,
  readPostgresTarget,
  type PostgresTarget,
} from '../../net/postgres/postgres-target.js'
import { approach, driverLimit, noRungs } from './effect/approach.js'
import { shellWord } from '../../base/text/shell-words.js'
import { runOneByOne } from './sql/one-by-one.js'
import { sqlInput, statementTexts, unfitStatements, type SqlInput } from './sql/sql-input.js'
import { transact } from './sql/transaction.js'

const mostRows = 1000
const mostBytes = 16 * 1024 * 1024

const facts = z.strictObject({
  committed: z.boolean().describe('all statements took effect; in a transaction, it was committed'),
  rolledBack: z
    .boolean()
    .describe('nothing was changed, since the transaction was not committed; false with transaction: false'),
  rows: z
    .array(z.record(z.string(), z.unknown()))
    .describe(
      "the last statement's rows, at most 1000: whole numbers as numbers, NULL as null, everything else as the server's text",
    ),
  rowCounts: z.array(wholeNumber()).describe('for each statement the number of rows it changed or returned'),
  notices: z.array(z.string()).describe('notices of the server, at most the first 100'),
  problem: z
    .strictObject({
      code: z.string().describe('SQLSTATE; `none` if there was no problem'),
      detail: z
        .string()
        .describe("the server's own words, and what to write where the statement cannot run in a transaction"),
    })
    .describe('what the server refused'),
})

function targetOf(
  { database, driver, 'service-home': home }: SqlInput,
  environment: TestedEnvironment,
): PostgresTarget {
  return readPostgresTarget(database, driver, driverContextOf(environment, home))
}

function placeOf(
  input: SqlInput,
  environment: TestedEnvironment,
): { readonly addresses: readonly string[]; readonly database: string } | undefined {
  try {
    const target = targetOf(input, environment)
    return { addresses: postgresAddresses(target), database: target.database || target.user }
  } catch {
    // A URL that cannot be read opens no connection; the step itself says why.
    return undefined
  }
}

const valuesOf = (values: readonly unknown[]): string =>
  values.length === 0
    ? ''
    : ` with ${values.map((value, index) => `$${index + 1} = ${JSON.stringify(value)}`).join(', ')}`

const oneLine = (text: string): string =>
  text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .join(' ⏎ ')

/** SQLSTATEs of what cannot run in a transaction: a command, and a procedure that commits. */
const runAlone = new Set(['25001', '2D000'])

/** Runs statements in one transaction, or each by itself. */
export const action = defineStepKind({
  kind: 'sql',
  title: 'change a PostgreSQL database',
  description:
    'Runs statements, or a file of them, in one transaction: all or nothing. Values are bound, never written into a statement. A statement that fails, and a connection that is lost before COMMIT, leave the database as it was; ' +
    'the outcome is unknown only when the connection is lost during COMMIT. Statements that begin or end a transaction, those that cannot run in one (VACUUM, CREATE INDEX CONCURRENTLY) and commands of psql are refused before anything is run, and by validate where they are written out. ' +
    'With `transaction: false` each statement takes effect by itself, up to the first that fails. What was done before stays, and the outcome is unknown when the connection is lost: choose a `verify` and statements that can be repeated.',
  input: sqlInput,
  facts,
  secretProblem: () => undefined,
  effects: ['read', 'idempotent', 'once'],
  expect: ['facts.committed'],
  defaultTimeout: 60_000,
  examples: [
    {
      title: 'a row that is changed, and counted',
      input: {
        database: 'postgresql://app@127.0.0.1/app',
        statements: [{ text: 'UPDATE jobs SET state = $1 WHERE id = $2', values: ['held', 7] }],
      },
      expect: 'facts.committed && facts.rowCounts[0] == 1',
    },
    {
      title: 'a count that is only read',
      input: {
        database: 'postgresql://app@127.0.0.1/app',
        'read-only': true,
        statements: [{ text: 'SELECT count(*) AS jobs FROM jobs' }],
      },
      expect: 'facts.committed && facts.rows[0].jobs == 0',
    },
    {
      title: 'a migration',
      input: { database: 'postgresql://app@127.0.0.1/app', file: 'migrations/0042.sql', 'lock-timeout': '5s' },
      expect: 'facts.committed',
    },
    {
      title: 'an index that is built while others write; a failed attempt leaves an invalid one',
      input: {
        database: 'postgresql://app@127.0.0.1/app',
        transaction: false,
        statements: [
          { text: 'DROP INDEX CONCURRENTLY IF EXISTS jobs_state' },
          { text: 'CREATE INDEX CONCURRENTLY jobs_state ON jobs (state)' },
        ],
      },
      expect: 'facts.committed',
    },
  ],
  writtenProblems: (written) => (typeof written === 'object' && written !== null ? unfitStatements(written) : []),
  changedNothing: ({ rolledBack }) => rolledBack,
  describe(input, environment) {
    const place = placeOf(input, environment)
    const where = place === undefined ? '' : ` in ${place.database} at ${place.addresses.join(' or ')}`
    const statements =
      input.file === undefined
        ? (input.statements ?? []).map(({ text, values }) => `${oneLine(text)}${valuesOf(values)}`)
        : [`the statements of ${shellWord(input.file)}`]
    return {
      lines: input.transaction
        ? [`${input['read-only'] ? 'BEGIN READ ONLY' : 'BEGIN'}${where}`, ...statements, 'COMMIT']
        : [`each by itself, without a transaction${where}:`, ...statements],
      addresses: place === undefined ? [] : place.addresses,
      files: input.file === undefined ? [] : [input.file],
    }
  },
  async perform(input, context) {
    const { signal, deadline } = context
    const texts = await statementTexts(input)
    const session = await approach(async () => {
      const target = targetOf(input, context.environment)
      const security = await readPostgresSecurity(target, input['trust-file'])
      return (await logInToPostgres(target, security, driverLimit(deadline), { signal, reach: noRungs }, mostBytes))
        .session
    })
    try {
      const settings = { statementLimit: () => driverLimit(deadline), lockTimeout: input['lock-timeout'] }
      const { committed, results, code, detail } = await (input.transaction
        ? transact(session, texts, { ...settings, isReadOnly: input['read-only'] }, signal)
        : runOneByOne(session, texts, settings, signal))
      return {
        committed,
        rolledBack: input.transaction && !committed,
        rows: (results.at(-1)?.rows ?? []).slice(0, mostRows).map((row) => ({ ...row })),
        rowCounts: results.map(({ rowCount }) => rowCount),
        notices: [...session.notices],
        problem: {
          code,
          detail: input.transaction && runAlone.has(code) ? `${detail}: write transaction: false in the step` : detail,
        },
      }
    } finally {
      await session.end()
    }
  },
})
