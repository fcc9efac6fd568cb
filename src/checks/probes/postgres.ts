import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { credential, postgresDriver, serviceHome, usualPostgresDriver } from '../../net/credential.js'
import { driverVariables } from '../../net/drivers/known.js'
import { driverContextOf, targetFiles, unknownHomeFact } from '../../environment/driver-context.js'
import { anyJson, wholeNumber, blankOf, ladderFacts, noProblem } from '../../base/facts.js'
import { defineProbe, isGiven } from '../../engine/probe.js'
import { climb } from '../../net/climb-ladder.js'
import {
  missingColumns,
  missingIndexes,
  missingPrimaryKeys,
  missingPrivileges,
  missingTables,
  type WantedRelations,
  readServerState,
} from '../../net/postgres/postgres-server.js'
import { fileProblems, leaveElsewhere } from '../../net/named-files.js'
import { longestValue, mostQueryRows, readRows } from '../../net/postgres/read-only.js'
import { logInToPostgres } from '../../net/postgres/postgres-login.js'
import { postgresProblems } from '../../net/postgres/postgres-encrypt.js'
import { postgresAddresses, readPostgresSecurity, readPostgresTarget } from '../../net/postgres/postgres-target.js'
import { tlsProblems } from '../../net/tls-connection.js'

const rungs = ['resolve', 'connect', 'tls', 'authenticate', 'query', 'catalog'] as const

/** PostgreSQL cuts names at 63 bytes. */
const identifier = () => z.string().min(1).max(63)
const identifiers = () => z.array(identifier()).max(200).default([])
const tableColumns = () =>
  z
    .array(z.strictObject({ table: identifier(), columns: z.array(identifier()).min(1).max(200) }))
    .max(200)
    .default([])

const input = z.strictObject({
  url: credential().describe(
    'connection URL as asyncpg reads it: sslmode=require encrypts without verifying, and prefer is the default',
  ),
  driver: postgresDriver(),
  'service-home': serviceHome(),
  schema: identifier().default('public').describe('the schema of everything named below'),
  tables: identifiers().describe('tables that must exist'),
  columns: tableColumns().describe('columns that must exist, by table'),
  indexes: identifiers().describe('indexes that must exist and be valid'),
  'primary-keys': tableColumns().describe('primary keys by table, their columns in order'),
  'write-privileges': identifiers().describe(
    'tables in which the user must be able to SELECT, INSERT, UPDATE and DELETE',
  ),
  query: z
    .string()
    .max(20_000)
    .refine((text) => !text.includes('\0'), 'expected text without a NUL character')
    .default('')
    .describe(
      'one SELECT, VALUES or WITH, whose rows become facts. It is read-only, but a function that it calls may still act: use a role that may not',
    ),
  parameters: z
    .array(z.union([z.string().max(10_000), z.number(), z.boolean()]))
    .max(100)
    .default([])
    .describe('values of $1, $2 … in the query, which are sent apart from its text'),
  'trust-file': pathOrEmpty()
    .default('')
    .describe('PEM file of certificates to trust with sslmode=verify-ca or verify-full, before the one the URL names'),
  'target-files': targetFiles(),
})

const list = (text: string) => z.array(z.string()).describe(text)

/** As written: without what expressions fill. */
type Given = Partial<z.output<typeof input>>

const facts = z.strictObject({
  ...ladderFacts(rungs, [...postgresProblems, 'query-refused', 'query-cancelled', ...tlsProblems, ...fileProblems]),
  tlsUsed: z.boolean().describe('the connection is encrypted'),
  [unknownHomeFact]: list(
    'files in the home of the service that asyncpg would look for, but that were not read because service-home is empty',
  ),
  serverVersion: wholeNumber().describe('as a number: 150018 is 15.18'),
  serverVersionText: z.string().describe('as text'),
  database: z.string().describe('the database in use'),
  user: z.string().describe('the role in use'),
  inRecovery: z.boolean().describe('a standby, or still recovering: nothing can be written'),
  readOnly: z.boolean().describe('transactions are read-only by default, or the server is in recovery'),
  canUseSchema: z.boolean().describe('the role may use the schema'),
  canCreate: z.boolean().describe('the role may create tables in the schema'),
  maxConnections: wholeNumber().describe('limit of connections'),
  reservedConnections: wholeNumber().describe('of these, kept for superusers'),
  usedConnections: wholeNumber().describe('in use, without that of the probe'),
  freeConnections: wholeNumber().describe(
    'connections that this role can still open in this database, including its own limits',
  ),
  missingTables: list('requested tables that do not exist'),
  missingColumns: list('requested columns that do not exist, as table.column'),
  missingIndexes: list('requested indexes that do not exist or are invalid'),
  missingPrimaryKeys: list('tables whose primary key is missing or on other columns'),
  missingPrivileges: list('rights that are missing on existing tables, as "table: INSERT"'),
  columns: list('names of the columns of the query, in order'),
  rows: z
    .array(z.record(z.string(), anyJson()))
    .describe(
      `its first ${mostQueryRows} rows, each by column: numbers, true and false, null for NULL, and everything else as text of at most ${longestValue} characters`,
    ),
  rowCount: wholeNumber().describe('how many rows these are'),
  truncated: z.boolean().describe('there are more rows, a text in them is cut, or the query was not answered'),
  queryMs: wholeNumber().describe('milliseconds that the query took, with its transaction'),
})
type PostgresFacts = z.output<typeof facts>

const blank = blankOf(facts, { problem: noProblem, inRecovery: true, readOnly: true, truncated: true })

const queryFacts = ['columns', 'rows', 'rowCount', 'truncated', 'queryMs'] as const

/** Milliseconds before the end of the attempt at which the server is to give up, so that it says so itself. */
const margin = 250

function wantedOf(given: z.output<typeof input>): WantedRelations {
  const { schema, tables, columns, indexes } = given
  return { schema, tables, columns, indexes, primaryKeys: given['primary-keys'], writable: given['write-privileges'] }
}

export const probe = defineProbe({
  kind: 'postgres',
  title: 'PostgreSQL, up to its catalog',
  description:
    'Connects and logs in as asyncpg would, reads version, recovery, rights and room for connections, and looks for tables, columns, indexes and primary keys. ' +
    'A query of your own is asked after that, and its rows are facts; what they hold is shown in reports, so ask for counts and states rather than for personal data. ' +
    'Everything is asked in read-only transactions: nothing is written. A server that accepts connections (pg_isready) proves none of this.',
  input,
  facts,
  rungs,
  defaultTimeout: 5000,
  examples: [
    {
      title: 'a writable primary',
      input: { url: 'postgresql://app@127.0.0.1/app' },
      expect: 'facts.problem.code == "none" && !facts.readOnly',
    },
    {
      title: 'a migration was applied',
      input: { url: 'postgresql://app@127.0.0.1/app', tables: ['events'] },
      expect: 'facts.reached == "catalog" && size(facts.missingTables) == 0',
    },
    {
      title: 'few jobs wait',
      input: {
        url: 'postgresql://app@127.0.0.1/app',
        query: 'SELECT count(*) AS waiting FROM jobs WHERE state = $1',
        parameters: ['waiting'],
      },
      expect: 'facts.rowCount == 1 && facts.rows[0].waiting < 100',
    },
  ],
  concealed: (given) =>
    isGiven(given, 'query') ? {} : Object.fromEntries(queryFacts.map((fact) => [fact, 'no query is given'])),
  needs: (given) => ({
    rights: [
      'log in',
      ...(given.query === '' ? [] : ['read what the query reads']),
      ...given['write-privileges'].map((table) => `SELECT, INSERT, UPDATE and DELETE in ${given.schema}.${table}`),
    ],
  }),
  variables: (given) => driverVariables((given as Given).driver ?? usualPostgresDriver),
  addresses: (given, environment) => [
    () =>
      postgresAddresses(
        readPostgresTarget(given.url, given.driver, driverContextOf(environment, given['service-home'])),
      ),
  ],
  isLoginRefused: (_input, { problem }) => problem.code === 'wrong-password' || problem.code === 'not-admitted',
  onlyReads: () => true,
  observe: (given, context) =>
    climb<PostgresFacts>(context, blank, async (draft, ascent) => {
      const target = readPostgresTarget(
        given.url,
        given.driver,
        driverContextOf(context.environment, given['service-home']),
      )
      draft[unknownHomeFact] = [...target.filesOfUnknownHome]
      if (given['target-files'] === 'elsewhere') leaveElsewhere(target.files)
      const security = await readPostgresSecurity(target, given['trust-file'])
      const { session, tlsUsed } = await logInToPostgres(target, security, context.deadline.limit(), ascent)
      try {
        draft.tlsUsed = tlsUsed
        ascent.reach('authenticate')
        await session.query('BEGIN TRANSACTION READ ONLY')
        Object.assign(draft, await readServerState(session, given.schema))
        ascent.reach('query')
        const wanted = wantedOf(given)
        draft.missingTables = await missingTables(session, wanted)
        draft.missingColumns = await missingColumns(session, wanted)
        draft.missingIndexes = await missingIndexes(session, wanted)
        draft.missingPrimaryKeys = await missingPrimaryKeys(session, wanted)
        draft.missingPrivileges = await missingPrivileges(session, wanted)
        await session.query('ROLLBACK')
        ascent.reach('catalog')
        if (given.query === '') return
        const limit = Math.max(1, context.deadline.limit() - margin)
        const { milliseconds, columns, rows, truncated } = await readRows(session, given.query, given.parameters, limit)
        Object.assign(draft, { columns, rows, rowCount: rows.length, truncated, queryMs: milliseconds })
      } finally {
        await session.end()
      }
    }),
})
