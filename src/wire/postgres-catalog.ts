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

const names = (rows: readonly Readonly<Record<string, unknown>>[], column: string): string[] => rows.map((row) => String(row[column]))

/** Tables (partitioned ones too) that do not exist in the schema. */
export async function missingTables(session: PostgresSession, wanted: WantedRelations): Promise<string[]> {
  if (wanted.tables.length === 0) return []
  const rows = await session.query(
    `SELECT wanted.name FROM unnest($2::text[]) WITH ORDINALITY AS wanted(name, place)
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                       WHERE n.nspname = $1 AND c.relname = wanted.name AND c.relkind IN ('r', 'p'))
     ORDER BY wanted.place`,
    [wanted.schema, wanted.tables],
  )
  return names(rows, 'name')
}

/** Columns that do not exist, as `table.column`. */
export async function missingColumns(session: PostgresSession, wanted: WantedRelations): Promise<string[]> {
  const pairs = wanted.columns.flatMap(({ table, columns }) => columns.map((column) => ({ table, column })))
  if (pairs.length === 0) return []
  const rows = await session.query(
    `SELECT wanted.relation || '.' || wanted.name AS name
     FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS wanted(relation, name, place)
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                       WHERE n.nspname = $1 AND c.relname = wanted.relation AND a.attname = wanted.name AND a.attnum > 0 AND NOT a.attisdropped)
     ORDER BY wanted.place`,
    [wanted.schema, pairs.map(({ table }) => table), pairs.map(({ column }) => column)],
  )
  return names(rows, 'name')
}

/** Indexes that do not exist, or that a failed build left invalid. */
export async function missingIndexes(session: PostgresSession, wanted: WantedRelations): Promise<string[]> {
  if (wanted.indexes.length === 0) return []
  const rows = await session.query(
    `SELECT wanted.name FROM unnest($2::text[]) WITH ORDINALITY AS wanted(name, place)
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                       WHERE n.nspname = $1 AND c.relname = wanted.name AND i.indisvalid AND i.indisready)
     ORDER BY wanted.place`,
    [wanted.schema, wanted.indexes],
  )
  return names(rows, 'name')
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
  return wanted.primaryKeys.filter(({ table, columns }) => standing.get(table) !== JSON.stringify(columns)).map(({ table }) => table)
}

/** Rights on existing tables that the user lacks, as `table: INSERT`. */
export async function missingPrivileges(session: PostgresSession, wanted: WantedRelations): Promise<string[]> {
  if (wanted.writable.length === 0) return []
  const rows = await session.query(
    `SELECT c.relname || ': ' || privilege.name AS name
     FROM unnest($2::text[]) WITH ORDINALITY AS wanted(name, place)
     JOIN pg_catalog.pg_namespace n ON n.nspname = $1
     JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind IN ('r', 'p')
     CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY AS privilege(name, place)
     WHERE NOT pg_catalog.has_table_privilege(c.oid, privilege.name)
     ORDER BY wanted.place, privilege.place`,
    [wanted.schema, wanted.writable],
  )
  return names(rows, 'name')
}
