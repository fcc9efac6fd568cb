import type { SelfTest, Workbench } from '../../engine/self-test.js'
import { servePostgres, type PostgresAnswer } from './peers/postgres-peer.js'
import { serveSilence } from './peers/http-peer.js'

const state: Readonly<Record<string, string>> = {
  version: '160004',
  version_text: '16.4',
  database: 'selftest',
  role: 'selftest',
  in_recovery: 'f',
  read_only: 'f',
  can_create: 't',
  can_use: 't',
  most: '100',
  reserved: '3',
  used: '1',
  used_by_database: '1',
  database_limit: '-1',
  used_by_role: '1',
  role_limit: '-1',
}

const stateAnswer = (changes: Readonly<Record<string, string>>): PostgresAnswer => ({
  about: 'server_version_num',
  columns: Object.keys(state),
  rows: [Object.values({ ...state, ...changes })],
})
const tables = (stands: 't' | 'f'): PostgresAnswer => ({
  about: 'pg_class',
  columns: ['name', 'stands'],
  rows: [['orders', stands]],
})

const waiting = (number: string): PostgresAnswer => ({ about: 'FETCH', columns: ['waiting'], rows: [[number]] })
/** What declares the query; any other is a mistake in it, as far as the peer knows. */
const declared: PostgresAnswer = { about: 'FROM jobs', columns: [], rows: [] }

const at = (port: number, password = 'right', from = 'jobs') => ({
  input: {
    url: `postgresql://selftest:${password}@127.0.0.1:${port}/selftest`,
    tables: ['orders'],
    query: `SELECT count(*)::text AS waiting FROM ${from}`,
  },
})
const server = (
  workbench: Workbench,
  changes: Readonly<Record<string, string>> = {},
  table = tables('t'),
  jobs = waiting('3'),
) => servePostgres(workbench, { password: 'right', answers: [stateAnswer(changes), table, declared, jobs] })

export const selfTest: SelfTest = {
  kind: 'postgres',
  expect:
    'facts.reached == "catalog" && !facts.readOnly && facts.serverVersion >= 150000 && facts.freeConnections > 0 && size(facts.missingTables) == 0 && facts.rowCount == 1 && facts.rows[0].waiting == "3"',
  cases: [
    { meets: 'a primary with its tables', end: 'pass', arrange: async (workbench) => at(await server(workbench)) },
    { meets: 'another password', end: 'fail', arrange: async (workbench) => at(await server(workbench), 'wrong') },
    {
      meets: 'a standby',
      end: 'fail',
      arrange: async (workbench) => at(await server(workbench, { in_recovery: 't' })),
    },
    {
      meets: 'a table that is missing',
      end: 'fail',
      arrange: async (workbench) => at(await server(workbench, {}, tables('f'))),
    },
    {
      meets: 'another row of the query',
      end: 'fail',
      arrange: async (workbench) => at(await server(workbench, {}, tables('t'), waiting('4'))),
    },
    {
      meets: 'a query that the server refuses',
      end: 'fail',
      arrange: async (workbench) => at(await server(workbench), 'right', 'nothing'),
    },
    { meets: 'a port that refuses', end: 'fail', arrange: async (workbench) => at(await workbench.refusingPort()) },
    {
      meets: 'a peer that is silent',
      end: 'unknown',
      timeout: 1000,
      arrange: async (workbench) => at(await serveSilence(workbench)),
    },
  ],
}
