import { renameSync } from 'node:fs'
import type { AegisDeployment } from '../deployment.js'
import { headRevision } from '../schema.js'
import { aegisFault, blocked, type AegisFault } from './aegis-fault.js'

const sql =
  (text: string) =>
  ({ postgres }: AegisDeployment): Promise<unknown> =>
    postgres.administer(text)

const behindSchema = blocked('datastores/postgres-reader', 'datastores/revision', 'datastores/query-time')

export const serverFaults: readonly AegisFault[] = [
  aegisFault({
    name: 'aegis-database-down',
    group: 'servers',
    title: 'PostgreSQL does not run',
    class: 'dependency',
    breakIt: ({ postgres }) => postgres.stop(),
    mend: ({ postgres }) => postgres.restart(),
    outcomes: {
      'datastores/postgres': 'fail',
      'runtime/component-database': 'fail',
      ...behindSchema,
      ...blocked('datastores/schema', 'datastores/pgcrypto', 'datastores/connections'),
    },
    says: 'connection-refused',
  }),
  aegisFault({
    name: 'aegis-database-not-migrated',
    group: 'servers',
    title: 'a table of Aegis is missing',
    breakIt: sql('ALTER TABLE agent_registry RENAME TO agents'),
    mend: sql('ALTER TABLE agents RENAME TO agent_registry'),
    outcomes: { 'datastores/schema': 'fail', ...behindSchema },
    says: 'missing tables: agent_registry',
  }),
  aegisFault({
    name: 'aegis-database-of-an-earlier-revision',
    group: 'servers',
    title: 'the newest migration was not applied',
    breakIt: sql("UPDATE alembic_version SET version_num = '7c165f5e0b93'"),
    mend: sql(`UPDATE alembic_version SET version_num = '${headRevision}'`),
    outcomes: { 'datastores/revision': 'fail' },
    says: '7c165f5e0b93, not cb6f8b7a3720',
  }),
  aegisFault({
    name: 'aegis-reader-cannot-read',
    group: 'servers',
    title: 'the role that only reads cannot read one of the tables',
    class: 'dependency',
    breakIt: ({ postgres, reader }) => postgres.administer(`REVOKE SELECT ON tasks FROM ${reader}`),
    mend: ({ postgres, reader }) => postgres.administer(`GRANT SELECT ON tasks TO ${reader}`),
    outcomes: { 'datastores/postgres-reader': 'fail' },
    says: 'cannot read',
  }),
  aegisFault({
    name: 'aegis-reader-can-write',
    group: 'servers',
    title: 'the role that only reads may write as well',
    class: 'dependency',
    breakIt: ({ postgres, reader }) => postgres.administer(`GRANT INSERT ON tasks TO ${reader}`),
    mend: ({ postgres, reader }) => postgres.administer(`REVOKE INSERT ON tasks FROM ${reader}`),
    outcomes: { 'datastores/postgres-reader': 'warn' },
    says: 'may write',
  }),
  aegisFault({
    name: 'aegis-data-folder-gone',
    group: 'servers',
    title: 'the folder of the jobs is gone, for the running Aegis as well',
    breakIt: ({ folder }) => renameSync(`${folder}/projects_data`, `${folder}/moved`),
    mend: ({ folder }) => renameSync(`${folder}/moved`, `${folder}/projects_data`),
    outcomes: { 'runtime/data-root': 'fail', 'runtime/component-storage': 'fail', ...blocked('runtime/disk') },
    says: 'does not exist',
  }),
]
