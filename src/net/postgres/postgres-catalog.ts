import type { PostgresSession } from './postgres-session.js'

/** What should stand in a schema. */
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

/** Of the names asked for those that no row says stand there: an answer that leaves a name out proves nothing of it. */
function unproven(names: readonly string[], rows: readonly Row[]): string[] {
  const standing = new Set(rows.filter((row) => row['stands'] === true).map((row) => row['name']))
  return names.filter((name) => !standing.has(name))
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
  const standing = new Map(rows.map((row) => [String(row['name']), JSON.stringify(row['columns'])]))
  return wanted.primaryKeys
    .filter(({ table, columns }) => standing.get(table) !== JSON.stringify(columns))
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
