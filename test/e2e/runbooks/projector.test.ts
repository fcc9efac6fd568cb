import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { projectorMigration } from '../../../sandbox/stand-ins/checkout/projector-migration.js'
import { ending, type Real, startReal } from './real.js'

const tables = [
  'arqonbus_continuum_projection',
  'arqonbus_continuum_projection_events',
  'arqonbus_continuum_projection_dlq',
]

let real: Real
let migration = ''

beforeAll(async () => {
  real = await startReal({ withGates: false, migrate: false })
  migration = join(real.launcher.folder, 'migration.sql')
  // The repository's own file is a transaction of its own.
  writeFileSync(migration, `BEGIN;\n${projectorMigration}\nCOMMIT;\n`)
})
afterAll(() => real.stop())
beforeEach(() => sql(`DROP TABLE IF EXISTS ${tables.join(', ')}`))

const sql = (text: string) => real.deployment.servers.postgres.administer(text)
const there = async (): Promise<number> =>
  (await sql(`SELECT 1 FROM pg_tables WHERE tablename IN (${tables.map((name) => `'${name}'`).join()})`)).length
const rows = async (): Promise<unknown> =>
  (await sql(`SELECT dlq_id, reason FROM ${tables[2]} ORDER BY dlq_id`)).map((row) => row['dlq_id'])
const fill = (...ids: readonly string[]) =>
  sql(
    `INSERT INTO ${tables[2]} (dlq_id, reason, event) VALUES ${ids.map((id) => `('${id}', 'malformed', '{}')`).join()}`,
  )

describe('the migration (003-09)', () => {
  it('is applied to a new database, and taken back', async () => {
    const run = await real.run('arqonbus/projector-migration', { migration })
    expect(ending(run)).toBe('completed')
    expect(await there()).toBe(3)
    const undone = await real.undo(run)
    expect(ending(undone)).toBe('undone')
    expect(await there()).toBe(0)
  })

  it('keeps what tables hold, and its undo puts that back', async () => {
    await real.deployment.migrate()
    await fill('1', '2')
    await sql('DROP INDEX idx_arqonbus_cont_proj_dlq_queued_at')
    const run = await real.run('arqonbus/projector-migration', { migration })
    expect(ending(run)).toBe('completed-with-manual')
    expect(await rows()).toEqual(['1', '2'])
    await sql(`DELETE FROM ${tables[2]} WHERE dlq_id = '1'`)
    expect(ending(await real.undo(run))).toBe('undone')
    expect(await rows()).toEqual(['1', '2'])
    expect(await sql("SELECT 1 FROM pg_indexes WHERE indexname = 'idx_arqonbus_cont_proj_dlq_queued_at'")).toEqual([])
  })

  it('leaves a backup that only its owner can read, without the password in it', async () => {
    await real.deployment.migrate()
    const run = await real.run('arqonbus/projector-migration', { migration })
    expect(statSync(join(real.folderOf(run), 'projector-before.dump')).mode & 0o777).toBe(0o600)
    expect(JSON.stringify([...run.steps.values()])).not.toContain(real.deployment.servers.postgres.password)
  })

  it('fails on a table of another shape, which IF NOT EXISTS passes over', async () => {
    await sql(
      `SET ROLE ${real.deployment.servers.postgres.user}; CREATE TABLE ${tables[2]} (dlq_id text, other text PRIMARY KEY, queued_at timestamptz)`,
    )
    const run = await real.run('arqonbus/projector-migration', { migration })
    expect(ending(run)).toMatch(/^failed: .*primary key/s)
  })

  it('is refused without its file', async () => {
    const run = await real.run('arqonbus/projector-migration', { migration: join(real.launcher.folder, 'nowhere.sql') })
    expect(ending(run)).toMatch(
      /nothing was done\nfile .* does not exist \(needed by file, migrate\); fix: name it with --param migration=/,
    )
    expect(await there()).toBe(0)
  })
})

describe('the restore (003-09)', () => {
  it('replaces the tables, and its undo puts back what was replaced', async () => {
    await real.deployment.migrate()
    await fill('1', '2', '3')
    const archive = join(real.launcher.folder, `backup-${Date.now()}.dump`)
    const backup = await real.run('arqonbus/projector-backup', { archive })
    expect(ending(backup)).toBe('completed')
    await sql(`DELETE FROM ${tables[2]}`)
    await fill('4')
    const counts = { projection_rows: 0, event_rows: 0, dlq_rows: 3 }
    const wrong = await real.run('arqonbus/projector-restore', { archive, ...counts, dlq_rows: 2 })
    expect(ending(wrong)).toMatch(/^failed: .*the tables hold 0, 0 and 3 rows now/s)
    expect(ending(await real.undo(wrong))).toBe('undone')
    expect(await rows()).toEqual(['4'])
    const run = await real.run('arqonbus/projector-restore', { archive, ...counts })
    expect(ending(run)).toBe('completed-with-manual')
    expect(await rows()).toEqual(['1', '2', '3'])
    expect(ending(await real.undo(run))).toBe('undone')
    expect(await rows()).toEqual(['4'])
    expect(existsSync(archive)).toBe(true)
  })
})
