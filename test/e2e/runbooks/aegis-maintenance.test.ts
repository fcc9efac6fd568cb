import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { nobody } from './quiet.js'
import {
  type AegisDatabase,
  AegisPlace,
  head,
  initialise,
  schemaBefore,
  stamp,
  startAegisDatabase,
  toHead,
} from './aegis-place.js'
import { ending } from './real.js'

let database: AegisDatabase
let place: AegisPlace
let backup = ''

const asOwner = (sql: string) => database.administer(`SET ROLE aegis; ${sql}`)

beforeAll(async () => {
  database = await startAegisDatabase()
  place = new AegisPlace({ DATABASE_URL: database.serviceUrl, AEGIS_SCRATCH_URL: database.serviceUrl })
  await database.administer(`${initialise}; ALTER ROLE aegis CREATEDB`)
  await asOwner(`${schemaBefore}; ${toHead}; ${stamp(head)}; INSERT INTO audit_log (action) VALUES ('one'), ('two')`)
  backup = join(place.folder, 'backups/aegis.sql')
  expect(spawnSync('pg_dump', ['--file', backup, database.url], { encoding: 'utf8' }).stderr).toBe('')
}, 60_000)
afterAll(async () => {
  place.remove()
  await database.remove()
})

describe('VACUUM ANALYZE (001-32)', () => {
  const cleaned = async (): Promise<unknown> =>
    (
      await database.administer(
        "SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL AND last_analyze IS NOT NULL AND relname <> 'foreign_notes' ORDER BY 1",
      )
    ).map((row) => row['relname'])

  it('cleans and analyses every table', async () => {
    expect(ending(await place.run('aegis/database-maintenance'))).toBe('completed')
    expect(await cleaned()).toEqual(['agent_registry', 'alembic_version', 'audit_log', 'tasks'])
  })

  it('fails where a table was passed over with a warning', async () => {
    // The owner of the database may clean every table in it.
    await database.administer('ALTER DATABASE aegis OWNER TO sandbox_admin; CREATE TABLE foreign_notes (line text)')
    try {
      const run = await place.run('aegis/database-maintenance')
      expect(ending(run)).toMatch(/passed over: foreign_notes\. This user must own/)
    } finally {
      await database.administer('ALTER DATABASE aegis OWNER TO aegis; DROP TABLE foreign_notes')
    }
  })
})

describe('the trial of a backup (001-35)', () => {
  const databases = async (): Promise<unknown> =>
    (await database.administer('SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1')).map(
      (row) => row['datname'],
    )

  it('restores it into a database of its own, which it removes, and touches nothing else', async () => {
    await asOwner("INSERT INTO audit_log (action) VALUES ('since the backup')")
    const run = await place.run('aegis/backup-verify', { backup })
    expect(ending(run)).toBe('completed')
    expect(await databases()).toEqual(['aegis', 'postgres'])
    expect(await database.administer('SELECT count(*)::int AS n FROM audit_log')).toEqual([{ n: 3 }])
    expect(place.written()).not.toContain(database.password)
  })

  it('fails for a backup that cannot be restored, and removes what it created', async () => {
    const bad = join(place.folder, 'backups/bad.sql')
    const text = spawnSync('cat', [backup], { encoding: 'utf8' }).stdout
    writeFileSync(bad, text.replace('CREATE TABLE public.tasks', 'CREATE NOTHING public.tasks'))
    const run = await place.run('aegis/backup-verify', { backup: bad })
    expect(ending(run)).toMatch(/^undone: .*/s)
    expect(run.steps.get('how/postgres/load')!.message).toMatch(/the backup cannot be restored \(3\)/)
    expect(await databases()).toEqual(['aegis', 'postgres'])
  })

  it('refuses a name that is taken, and an old backup', async () => {
    expect(ending(await place.run('aegis/backup-verify', { backup, scratch: 'aegis' }))).toMatch(
      /a database aegis already exists/,
    )
    const old = join(place.folder, 'backups/old.sql')
    writeFileSync(old, 'x')
    utimesSync(old, 0, 0)
    expect(ending(await place.run('aegis/backup-verify', { backup: old }))).toMatch(/or older than 26 hours/)
  })
})

describe('the cleanup of old logs (001-33)', () => {
  const logs = (): readonly string[] =>
    readdirSync(join(place.folder, 'logs'), { recursive: true }).map(String).toSorted()
  const old = new Date(Date.now() - 40 * 24 * 3_600_000)

  beforeEach(() => {
    const folder = join(place.folder, 'logs')
    mkdirSync(join(folder, 'deep.log.d'), { recursive: true })
    for (const name of ['app.log', 'app.log.1', 'app.log.2.gz', 'errors.log.1', '- odd\nname.log.1']) {
      writeFileSync(join(folder, name), 'x')
      if (name !== 'errors.log.1') utimesSync(join(folder, name), old, old)
    }
    try {
      symlinkSync('/etc/hostname', join(folder, 'link.log.1'))
    } catch {
      // It is there from the test before.
    }
  })

  it('lists first, asks, and removes exactly what was listed', async () => {
    const before = logs()
    const asked = await place.run('aegis/log-cleanup', {}, nobody)
    expect(asked.exitCode).toBe(23)
    expect(asked.steps.get('list')!.facts).toMatchObject({ exitCode: 0 })
    expect(JSON.stringify(asked.steps.get('list')!.facts)).toContain('app.log.1')
    expect(logs()).toEqual(before)
    const run = await place.run('aegis/log-cleanup')
    expect(ending(run)).toBe('completed')
    expect(logs()).toEqual(['app.log', 'deep.log.d', 'errors.log.1', 'link.log.1'])
  })

  it('removes nothing that was changed after it was listed, and says that it is no longer old', async () => {
    const run = await place.run('aegis/log-cleanup', { days: 50 })
    expect(ending(run)).toBe('completed')
    expect(run.steps.get('remove')!.state).toBe('skipped')
  })

  it('refuses a find that says 0 and removes nothing', async () => {
    place.install({ find: '#!/bin/bash\n[ "${*: -1}" != -delete ] || exit 0\nexec /usr/bin/find "$@"\n' })
    try {
      expect(ending(await place.run('aegis/log-cleanup'))).toMatch(/still there: .*app\.log\.1/s)
    } finally {
      place.uninstall('find')
    }
  })

  it('refuses a folder that is not there, in place of finding nothing to do', async () => {
    expect(ending(await place.run('aegis/log-cleanup', { folder: '/var/log/no-such-aegis' }))).toMatch(
      /is not a folder that this user can read/,
    )
  })
})
