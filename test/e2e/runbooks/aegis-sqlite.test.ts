import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync, rmSync, statSync, writeSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AegisPlace } from './aegis-place.js'
import { ending } from './real.js'

const unused = 'sqlite:///eventbus.db'
let place: AegisPlace
let file = ''
let backup = ''
let holder: ChildProcess | undefined

function sqlite(database: string, sql: string): string {
  const { stdout, stderr, status } = spawnSync('sqlite3', ['-batch', '-bail', database, sql], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return stdout.trim()
}

const schema = `
  CREATE TABLE agent_registry (agent_id TEXT PRIMARY KEY, status TEXT);
  CREATE TABLE audit_log (id INTEGER PRIMARY KEY, action TEXT);
  CREATE TABLE tasks (task_id TEXT PRIMARY KEY, payload TEXT);`
const fill = `INSERT INTO tasks SELECT value, hex(randomblob(400)) FROM generate_series(1, 300);`
const agents = (): string => sqlite(file, 'SELECT group_concat(agent_id) FROM agent_registry')

/** Another program that has the database open: with this it has begun a transaction that it does not end. */
async function hold(...statements: readonly string[]): Promise<void> {
  holder = spawn('sqlite3', ['-batch', file], { stdio: ['pipe', 'pipe', 'inherit'] })
  holder.stdin!.write([...statements, "SELECT 'ready';\n"].join('\n'))
  await once(holder.stdout!, 'data')
}

beforeAll(() => {
  place = new AegisPlace({ DATABASE_URL: unused, AEGIS_SCRATCH_URL: unused })
  file = join(place.folder, 'eventbus.db')
  backup = join(place.folder, 'backups/aegis_backup.db')
  sqlite(backup, `${schema} INSERT INTO agent_registry VALUES ('a1', 'idle'), ('a2', 'idle')`)
})
afterAll(() => place.remove())
beforeEach(() => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  sqlite(file, `PRAGMA journal_mode = WAL; ${schema} INSERT INTO agent_registry VALUES ('of today', 'idle'); ${fill}`)
})
afterEach(async () => {
  if (holder === undefined) return
  holder.stdin!.end()
  await once(holder, 'exit')
  holder = undefined
})

const lite = { engine: 'sqlite' }

/** Overwrites a page of the table with the rows. */
function damage(): void {
  sqlite(file, 'PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE')
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(4096, 0x5a), 0, 4096, 4096 * 20)
  closeSync(handle)
}

describe('the restore of a SQLite database (001-25, 001-40)', () => {
  it('goes past a writer that has it open in WAL mode, and its undo puts back what was there', async () => {
    await hold("INSERT INTO agent_registry VALUES ('still in the log', 'idle');")
    const run = await place.run('aegis/restore-database', { ...lite, backup })
    expect(ending(run)).toBe('completed')
    expect(agents()).toBe('a1,a2')
    expect(ending(await place.undo(run))).toBe('undone')
    expect(agents()).toBe('of today,still in the log')
    expect(sqlite(file, 'SELECT count(*) FROM tasks; PRAGMA integrity_check')).toBe('300\nok')
  })

  it('is refused while somebody holds it exclusively, and changes nothing', async () => {
    await hold('BEGIN IMMEDIATE;', "INSERT INTO agent_registry VALUES ('half way', 'idle');")
    const run = await place.run('aegis/restore-database', { ...lite, backup })
    expect(ending(run)).toMatch(/nothing was restored \(1\): .*(locked|busy)/s)
    expect(agents()).toBe('of today')
  })

  it('keeps no backup of a damaged database, and replaces it when that is said (001-39)', async () => {
    damage()
    expect(ending(await place.run('aegis/restore-database', { ...lite, backup }))).toMatch(
      /no backup was written .*malformed/s,
    )
    const run = await place.run('aegis/restore-database', { ...lite, backup, keep: false })
    expect(ending(run)).toBe('completed')
    expect(agents()).toBe('a1,a2')
    expect(sqlite(file, 'PRAGMA integrity_check')).toBe('ok')
  })

  it('refuses a backup that is damaged', async () => {
    const run = await place.run('aegis/restore-database', { ...lite, backup: join(place.folder, 'alembic.ini') })
    expect(ending(run)).toMatch(/the backup is damaged, or not one of SQLite: .*not a database/s)
    expect(agents()).toBe('of today')
  })
})

describe('VACUUM of a SQLite database (001-32)', () => {
  it('writes it anew beside a reader in WAL mode, and says so when it is locked', async () => {
    sqlite(file, 'DELETE FROM tasks; PRAGMA wal_checkpoint(TRUNCATE)')
    const before = statSync(file).size
    const run = await place.run('aegis/database-maintenance', lite)
    expect(ending(run)).toBe('completed')
    sqlite(file, 'PRAGMA wal_checkpoint(TRUNCATE)')
    expect(statSync(file).size).toBeLessThan(before / 2)
    expect(agents()).toBe('of today')
  })

  it('refuses a damaged one, and leaves it as it is', async () => {
    damage()
    const before = readFileSync(file)
    expect(ending(await place.run('aegis/database-maintenance', lite))).toMatch(/the database is damaged/)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('refuses a sqlite3 that says 0 and does nothing', async () => {
    sqlite(file, 'DELETE FROM tasks')
    place.install({ sqlite3: '#!/bin/sh\ncase "$*" in *VACUUM) exit 0 ;; esac\nexec /usr/bin/sqlite3 "$@"\n' })
    try {
      expect(ending(await place.run('aegis/database-maintenance', lite))).toMatch(/free pages are left/)
    } finally {
      place.uninstall('sqlite3')
    }
  })
})

describe('the trial of a SQLite backup (001-35)', () => {
  it('restores it into a scratch file and removes that', async () => {
    const run = await place.run('aegis/backup-verify', { ...lite, backup })
    expect(ending(run)).toBe('completed')
    expect(agents()).toBe('of today')
    expect(() => statSync(join(place.folderOf(run), 'scratch.db'))).toThrow(/ENOENT/)
  })
})
