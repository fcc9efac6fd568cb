import { z } from 'zod'
import type { PostgresSession } from './postgres-session.js'

/** What a server says about itself, and how much room it has. */
interface PostgresServerState {
  readonly serverVersion: number
  readonly serverVersionText: string
  readonly database: string
  readonly user: string
  readonly inRecovery: boolean
  readonly readOnly: boolean
  readonly canCreate: boolean
  readonly canUseSchema: boolean
  readonly maxConnections: number
  readonly reservedConnections: number
  readonly usedConnections: number
  readonly freeConnections: number
}

/**
 * `numbackends` is used because the kinds of other users' backends are hidden from an ordinary user. Ours is not
 * counted as used, nor are the slots that are kept for superusers as free; limits of the role and of the database count
 * too (-1: none).
 */
const question = `
  SELECT current_setting('server_version_num')::int AS version,
         current_setting('server_version') AS version_text,
         current_database() AS database,
         current_user AS role,
         pg_catalog.pg_is_in_recovery() AS in_recovery,
         current_setting('default_transaction_read_only')::bool AS read_only,
         COALESCE((SELECT pg_catalog.has_schema_privilege(n.oid, 'CREATE') FROM pg_catalog.pg_namespace n WHERE n.nspname = $1), false) AS can_create,
         COALESCE((SELECT pg_catalog.has_schema_privilege(n.oid, 'USAGE') FROM pg_catalog.pg_namespace n WHERE n.nspname = $1), false) AS can_use,
         current_setting('max_connections')::int AS most,
         current_setting('superuser_reserved_connections')::int + COALESCE(current_setting('reserved_connections', true)::int, 0) AS reserved,
         (SELECT COALESCE(sum(numbackends), 0)::int FROM pg_catalog.pg_stat_database) AS used,
         (SELECT numbackends FROM pg_catalog.pg_stat_database WHERE datname = current_database()) AS used_by_database,
         (SELECT datconnlimit FROM pg_catalog.pg_database WHERE datname = current_database()) AS database_limit,
         (SELECT count(*)::int FROM pg_catalog.pg_stat_activity a JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid WHERE r.rolname = current_user) AS used_by_role,
         (SELECT rolconnlimit FROM pg_catalog.pg_roles WHERE rolname = current_user) AS role_limit`

/** As a number, or in the server's own text. */
const whole = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
])

/** The types of the answer's columns. */
const answer = z.object({
  version: whole,
  version_text: z.string(),
  database: z.string(),
  role: z.string(),
  in_recovery: z.boolean(),
  read_only: z.boolean(),
  can_create: z.boolean(),
  can_use: z.boolean(),
  most: whole,
  reserved: whole,
  used: whole,
  used_by_database: whole,
  database_limit: whole,
  used_by_role: whole,
  role_limit: whole,
})

/** @throws Error for an answer that is not exactly one row of these columns: PostgreSQL gives no other */
export async function readServerState(session: PostgresSession, schema: string): Promise<PostgresServerState> {
  const rows = await session.query(question, [schema])
  const { data: row, error } = answer.safeParse(rows[0])
  if (row === undefined || rows.length !== 1) {
    const columns = (error?.issues ?? []).flatMap(({ path }) => path.slice(0, 1)).join(', ')
    throw new Error(
      `the server's answer about its own state has ${rows.length === 1 ? `no usable ${columns}` : `${rows.length} rows instead of one`}`,
    )
  }
  const room = (limit: number, used: number): number => (limit < 0 ? Number.MAX_SAFE_INTEGER : limit - used + 1)
  const free = Math.min(
    row.most - row.reserved - row.used + 1,
    room(row.database_limit, row.used_by_database),
    room(row.role_limit, row.used_by_role),
  )
  return {
    serverVersion: row.version,
    serverVersionText: row.version_text,
    database: row.database,
    user: row.role,
    inRecovery: row.in_recovery,
    readOnly: row.read_only || row.in_recovery,
    canCreate: row.can_create,
    canUseSchema: row.can_use,
    maxConnections: row.most,
    reservedConnections: row.reserved,
    usedConnections: Math.max(0, row.used - 1),
    freeConnections: Math.max(0, free),
  }
}

/** What should be in a schema. */
export interface WantedRelations {
  readonly schema: string
  readonly tables: readonly string[]
  readonly columns: readonly { readonly table: string; readonly columns: readonly string[] }[]
  readonly indexes: readonly string[]
  readonly primaryKeys: readonly { readonly table: string; readonly columns: readonly string[] }[]
  /** Tables that must be readable and writable. */
  readonly writable: readonly string[]
}

type Row = Readonly<Record<string, unknown>>

/** Of the names asked for those that no row says are there: an answer that leaves a name out proves nothing of it. */
function unproven(names: readonly string[], rows: readonly Row[]): string[] {
  const present = new Set(rows.filter((row) => row['stands'] === true).map((row) => row['name']))
  return names.filter((name) => !present.has(name))
}

/** Tables (partitioned ones too) that do not exist in the schema. */
export async function missingTables(session: PostgresSession, wanted: WantedRelations): Promise<string[]> {
  if (wanted.tables.length === 0) return []
  const rows = await session.query(
    `SELECT wanted.name, EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                 WHERE n.nspname = $1 AND c.relname = wanted.name AND c.relkind IN ('r', 'p')) AS stands
     FROM unnest($2::text[]) AS wanted(name)`,
    [wanted.schema, wanted.tables],
  )
  return unproven(wanted.tables, rows)
}

/** Columns that do not exist, as `table.column`. */
export async function missingColumns(session: PostgresSession, wanted: WantedRelations): Promise<string[]> {
  const pairs = wanted.columns.flatMap(({ table, columns }) => columns.map((column) => ({ table, column })))
  if (pairs.length === 0) return []
  const rows = await session.query(
    `SELECT wanted.relation || '.' || wanted.name AS name,
            EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = $1 AND c.relname = wanted.relation AND a.attname = wanted.name AND a.attnum > 0 AND NOT a.attisdropped) AS stands
     FROM unnest($2::text[], $3::text[]) AS wanted(relation, name)`,
    [wanted.schema, pairs.map(({ table }) => table), pairs.map(({ column }) => column)],
  )
  return unproven(
    pairs.map(({ table, column }) => `${table}.${column}`),
    rows,
  )
}

/** Indexes that do not exist, or that a failed build left invalid. */
export async function missingIndexes(session: PostgresSession, wanted: WantedRelations): Promise<string[]> {
  if (wanted.indexes.length === 0) return []
  const rows = await session.query(
    `SELECT wanted.name, EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                 WHERE n.nspname = $1 AND c.relname = wanted.name AND i.indisvalid AND i.indisready) AS stands
     FROM unnest($2::text[]) AS wanted(name)`,
    [wanted.schema, wanted.indexes],
  )
  return unproven(wanted.indexes, rows)
}

/** Tables whose primary key is missing, or is not on exactly these columns in this order. */
export async function missingPrimaryKeys(session: PostgresSession, wanted: WantedRelations): Promise<string[]> {
  if (wanted.primaryKeys.length === 0) return []
  const rows = await session.query(
    `SELECT c.relname AS name, (SELECT json_agg(a.attname ORDER BY key.place) FROM unnest(k.conkey) WITH ORDINALITY AS key(number, place)
                                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.number) AS columns
     FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND k.contype = 'p'`,
    [wanted.schema, wanted.primaryKeys.map(({ table }) => table)],
  )
  const present = new Map(rows.map((row) => [String(row['name']), JSON.stringify(row['columns'])]))
  return wanted.primaryKeys
    .filter(({ table, columns }) => present.get(table) !== JSON.stringify(columns))
    .map(({ table }) => table)
}

const privileges = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const

/**
 * Rights on existing tables that the user lacks, as `table: INSERT`. Of a table that does not exist nothing is said.
 */
export async function missingPrivileges(session: PostgresSession, wanted: WantedRelations): Promise<string[]> {
  if (wanted.writable.length === 0) return []
  const rows = await session.query(
    `SELECT wanted.name || ': ' || privilege.name AS name, COALESCE(pg_catalog.has_table_privilege(c.oid, privilege.name), true) AS stands
     FROM unnest($2::text[]) AS wanted(name)
     CROSS JOIN unnest($3::text[]) AS privilege(name)
     LEFT JOIN (pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1) ON c.relname = wanted.name AND c.relkind IN ('r', 'p')`,
    [wanted.schema, wanted.writable, privileges],
  )
  return unproven(
    wanted.writable.flatMap((table) => privileges.map((privilege) => `${table}: ${privilege}`)),
    rows,
  )
}
