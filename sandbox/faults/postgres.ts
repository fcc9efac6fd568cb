import type pg from 'pg'
import type { Deployment } from '../deployment.js'
import { createCertificate } from '../servers/certificate.js'
import { type Cure, ownValue } from './cure.js'
import { effect, type Fault } from './fault.js'
import { serverFault } from './server-fault.js'

const reachable = 'arqonbus/datastores/postgres'
const migration = 'arqonbus/datastores/postgres-migration'
const headroom = 'arqonbus/datastores/postgres-headroom'
const projection = 'public.arqonbus_continuum_projection'

const migrated: Cure = {
  actions: [{ words: ['apply scripts/migrations/20260220_continuum_projector_postgres.sql'], mend: true }],
}

const run =
  (sql: string) =>
  ({ servers }: Deployment) =>
    servers.postgres.administer(sql)

export const postgresFaults: readonly Fault[] = [
  serverFault({
    name: 'postgres-down',
    title: 'nothing listens where the durable store should be',
    caughtBy: reachable,
    cure: { actions: [{ words: ['start the server of ARQONBUS_POSTGRES_URL'], mend: true }] },
    alsoRed: [migration, headroom],
    breakIt: ({ servers }) => servers.postgres.stop(),
    mend: ({ servers }) => servers.postgres.restart(),
  }),
  serverFault({
    name: 'postgres-paused',
    title: 'the durable store accepts connections and never answers, running backends included',
    caughtBy: reachable,
    cure: { actions: [{ words: ['start the server of ARQONBUS_POSTGRES_URL'], mend: true }] },
    seenAs: 'silent',
    alsoRed: [migration, headroom],
    breakIt: ({ servers }) => servers.postgres.pause(),
    mend: async ({ servers }) => servers.postgres.resume(),
  }),
  serverFault({
    name: 'postgres-wrong-password',
    title: 'the Postgres URL has a password that the server refuses',
    caughtBy: reachable,
    cure: { set: { ARQONBUS_POSTGRES_URL: ownValue } },
    class: 'config',
    alsoRed: [migration, headroom],
    environment: ({ servers: { postgres } }) => ({
      ARQONBUS_POSTGRES_URL: postgres.url.replace(postgres.password, `${postgres.password}x`),
    }),
  }),
  serverFault({
    name: 'postgres-wrong-database',
    title: 'the Postgres URL names a database the server does not have',
    caughtBy: reachable,
    cure: { set: { ARQONBUS_POSTGRES_URL: ownValue } },
    class: 'config',
    alsoRed: [migration, headroom],
    environment: ({ servers: { postgres } }) => ({
      ARQONBUS_POSTGRES_URL: postgres.url.replace(/\/arqonbus$/, '/arqonbus_prod'),
    }),
  }),
  serverFault({
    name: 'postgres-read-only',
    title: "every transaction of the deployment's role is read-only",
    caughtBy: reachable,
    cure: {
      actions: [
        {
          words: ['ALTER ROLE', 'RESET default_transaction_read_only'],
          sql: 'ALTER ROLE arqonbus RESET default_transaction_read_only',
        },
      ],
    },
    breakIt: run('ALTER ROLE arqonbus SET default_transaction_read_only = on'),
    mend: run('ALTER ROLE arqonbus RESET default_transaction_read_only'),
  }),
  serverFault({
    name: 'postgres-in-recovery',
    title: "the durable store is a standby that replays another server's log",
    caughtBy: reachable,
    cure: { actions: [{ words: ['SELECT pg_promote()'], sql: 'SELECT pg_promote()' }] },
    breakIt: ({ servers }) => servers.postgres.restart({ standby: true }),
    mend: ({ servers }) => servers.postgres.restart(),
  }),
  serverFault({
    name: 'postgres-connect-denied',
    title: "the role may not connect to the deployment's database",
    caughtBy: reachable,
    cure: {
      actions: [{ words: ['GRANT CONNECT ON DATABASE'], sql: 'GRANT CONNECT ON DATABASE arqonbus TO arqonbus' }],
    },
    class: 'config',
    alsoRed: [migration, headroom],
    breakIt: run('REVOKE CONNECT ON DATABASE arqonbus FROM PUBLIC, arqonbus'),
    mend: run('GRANT CONNECT ON DATABASE arqonbus TO PUBLIC, arqonbus'),
  }),
  serverFault({
    name: 'postgres-connections-exhausted',
    title: 'the role has used up its connections',
    caughtBy: reachable,
    cure: {
      actions: [{ words: ['ALTER ROLE', 'CONNECTION LIMIT -1'], sql: 'ALTER ROLE arqonbus CONNECTION LIMIT -1' }],
    },
    alsoRed: [migration, headroom],
    breakIt: run('ALTER ROLE arqonbus CONNECTION LIMIT 0'),
    mend: run('ALTER ROLE arqonbus CONNECTION LIMIT -1'),
  }),
  serverFault({
    name: 'postgres-tls-expected',
    title: 'the Postgres URL asks for TLS of a server that speaks none',
    caughtBy: reachable,
    cure: { set: { ARQONBUS_POSTGRES_URL: { value: ({ servers }) => servers.postgres.url, words: ['sslmode'] } } },
    class: 'config',
    alsoRed: [migration, headroom],
    environment: ({ servers }) => ({ ARQONBUS_POSTGRES_URL: `${servers.postgres.url}?sslmode=require` }),
  }),
  serverFault({
    name: 'postgres-tls-demanded',
    title: 'the durable store accepts only TLS, but its URL forbids it',
    caughtBy: reachable,
    cure: {
      set: {
        ARQONBUS_POSTGRES_URL: {
          value: ({ servers }) => `${servers.postgres.url}?sslmode=require`,
          words: ['sslmode=require'],
        },
      },
    },
    class: 'config',
    alsoRed: [migration, headroom],
    environment: ({ servers }) => ({ ARQONBUS_POSTGRES_URL: `${servers.postgres.url}?sslmode=disable` }),
    breakIt: ({ servers: { postgres } }) => postgres.restart({ tls: createCertificate(postgres.folder) }),
    mend: ({ servers }) => servers.postgres.restart(),
  }),
  serverFault({
    name: 'postgres-migration-missing',
    title: "the projector's tables were never made",
    caughtBy: migration,
    cure: migrated,
    class: 'config',
    breakIt: run(`DROP TABLE ${projection}, ${projection}_events, ${projection}_dlq`),
    mend: (deployment) => deployment.migrate(),
  }),
  serverFault({
    name: 'postgres-index-missing',
    title: "one of the projector's indexes is missing",
    caughtBy: migration,
    cure: migrated,
    class: 'config',
    breakIt: run('DROP INDEX public.idx_arqonbus_cont_proj_dlq_queued_at'),
    mend: (deployment) => deployment.migrate(),
  }),
  headroomFault(),
]

/** Leaves this many connections of the deployment's role free. */
const connectionsLeft = 2

async function occupy({ servers: { postgres } }: Deployment): Promise<pg.Client[]> {
  const [row] = await postgres.administer(
    "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int - (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') + 1 AS free",
  )
  const wanted = Number(row?.['free']) - connectionsLeft
  return Promise.all(Array.from({ length: wanted }, () => postgres.connectAsAdministrator()))
}

/** Holds connections for as long as the fault lasts. */
function headroomFault(): Fault {
  return {
    name: 'postgres-nearly-full',
    group: 'servers',
    title: "other programs have taken nearly all of the durable store's connections",
    caughtBy: headroom,
    status: 'warn',
    class: 'dependency',
    exitCode: 0,
    alsoRed: [],
    async apply(deployment) {
      const held = await occupy(deployment)
      return effect({
        undo: async () => {
          await Promise.all(held.map((client) => client.end()))
        },
      })
    },
  }
}
