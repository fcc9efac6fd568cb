import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type AegisDatabase,
  AegisPlace,
  alembicProgram,
  head,
  initialise,
  previous,
  schemaBefore,
  stamp,
  startAegisDatabase,
  toHead,
  unseen,
} from './aegis-place.js'
import { ending } from './real.js'

let database: AegisDatabase
let place: AegisPlace
/** As the backup script of Aegis writes it: plain SQL by the owner, compressed in spite of its name. */
let backup = ''
let plain = ''

const asOwner = (sql: string) => database.administer(`SET ROLE aegis; ${sql}`)
const fresh = () => database.administer(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${initialise}`)
const agents = async (): Promise<unknown> =>
  (await database.administer('SELECT agent_id FROM agent_registry ORDER BY 1')).map((row) => row['agent_id'])

beforeAll(async () => {
  database = await startAegisDatabase()
  place = new AegisPlace({ DATABASE_URL: database.serviceUrl })
  place.install({ alembic: alembicProgram() })
  plain = join(place.folder, 'backups/plain.sql')
  backup = join(place.folder, 'backups/aegis_backup_20250730_020000.sql')
  await fresh()
  await asOwner(`${schemaBefore}; ${toHead}; ${stamp(head)}`)
  await asOwner(
    "INSERT INTO agent_registry VALUES ('a1', 'idle', now()), ('COPY public.x FROM stdin;', 'idle', now()); INSERT INTO audit_log (action) VALUES ('ALTER DEFAULT PRIVILEGES of nobody')",
  )
  const dump = spawnSync('pg_dump', ['--file', plain, database.url], { encoding: 'utf8' })
  expect(dump.stderr).toBe('')
  const text = readFileSync(plain)
  // What only the superuser may do is in every such backup.
  expect(text.toString()).toContain('ALTER DEFAULT PRIVILEGES FOR ROLE')
  expect(text.toString()).toContain('COMMENT ON EXTENSION')
  writeFileSync(backup, gzipSync(text))
}, 60_000)
afterAll(async () => {
  place.remove()
  await database.remove()
})
beforeEach(async () => {
  await fresh()
  await asOwner(`${schemaBefore}; ${toHead}; ${stamp(head)}`)
  await asOwner("INSERT INTO agent_registry VALUES ('of today', 'idle', now())")
})

const restored = ['COPY public.x FROM stdin;', 'a1']

describe('the restore of the database (001-25, 001-40, 001-52)', () => {
  it('replaces the tables by those of a backup as the script of Aegis writes it, and its undo puts them back', async () => {
    const run = await unseen(database.password, () => place.run('aegis/restore-database', { backup }))
    expect(ending(run)).toBe('completed')
    expect(await agents()).toEqual(restored)
    expect(await database.administer('SELECT action FROM audit_log')).toEqual([
      { action: 'ALTER DEFAULT PRIVILEGES of nobody' },
    ])
    expect(ending(await place.undo(run))).toBe('undone')
    expect(await agents()).toEqual(['of today'])
    expect(place.written()).not.toContain(database.password)
  })

  it('brings a backup of an older release to the revision of this one (001-39)', async () => {
    await fresh()
    await asOwner(`${schemaBefore}; ${stamp(previous)}; INSERT INTO agents VALUES ('old', 'idle', now())`)
    const older = join(place.folder, 'backups/older.sql')
    spawnSync('pg_dump', ['--file', older, database.url])
    const run = await place.run('aegis/restore-database', { backup: older })
    expect(ending(run)).toBe('completed')
    expect(await agents()).toEqual(['old'])
    expect(await database.administer('SELECT version_num FROM alembic_version')).toEqual([{ version_num: head }])
  })

  it.each([
    ['whose end is missing', (text: string) => text.slice(0, text.indexOf('a1\t')), /or its end is missing/],
    ['of something else', () => 'hello\n', /it is no dump of PostgreSQL/],
    [
      'without a revision',
      (text: string) => text.replace(/^COPY public\.alembic_version[^]*?\\\.\n/m, ''),
      /holds no revision of Alembic/,
    ],
  ])('refuses a backup %s, and changes nothing', async (_what, change, message) => {
    const bad = join(place.folder, 'backups/bad.sql')
    writeFileSync(bad, change(readFileSync(plain, 'utf8')))
    const run = await place.run('aegis/restore-database', { backup: bad })
    expect(ending(run)).toMatch(message)
    expect(await agents()).toEqual(['of today'])
  })

  it('restores all of it or nothing', async () => {
    const bad = join(place.folder, 'backups/half.sql')
    writeFileSync(bad, readFileSync(plain, 'utf8').replace('ADD CONSTRAINT tasks_pkey', 'ADD NOTHING tasks_pkey'))
    const run = await place.run('aegis/restore-database', { backup: bad })
    expect(ending(run)).toMatch(/nothing was restored \(3\): .*syntax error/s)
    expect(await agents()).toEqual(['of today'])
  })

  it('refuses a psql that says 0 and does nothing', async () => {
    place.install({ psql: '#!/bin/sh\ncase "$*" in *single-transaction*) exit 0 ;; esac\nexec /usr/bin/psql "$@"\n' })
    try {
      const run = await place.run('aegis/restore-database', { backup })
      expect(ending(run)).toMatch(/the tables hold agent_registry=1 .* now, and the backup holds agent_registry=2 /)
    } finally {
      place.uninstall('psql')
    }
  })
})

it('is refused while others are connected, with nothing done', async () => {
  const other = await database.connectAsAdministrator()
  try {
    expect(ending(await place.run('aegis/restore-database', { backup }))).toMatch(
      /connections of others: 1. Stop the API of Aegis/,
    )
  } finally {
    await other.end()
  }
  expect(await agents()).toEqual(['of today'])
})

describe.each(['before', 'after'] as const)('preflight killed %s the tables are replaced (001-25)', (moment) => {
  it('goes on to the same end, and can be undone', async () => {
    const marker = join(place.folder, 'kill')
    writeFileSync(marker, '')
    // The script's parent is preflight, and psql's is the script.
    const psql = `#!/bin/bash
case "$*" in *single-transaction*) ;; *) exec /usr/bin/psql "$@" ;; esac
preflight=$(awk '/^PPid/ { print $2 }' "/proc/$PPID/status")
killed() { if [ -e '${marker}' ]; then rm '${marker}'; kill -9 "$preflight"; exit 1; fi; }
${moment === 'before' ? 'killed' : ''}
/usr/bin/psql "$@"
${moment === 'after' ? 'killed' : ''}
`
    place.install({ psql })
    try {
      expect(await place.runKilled('aegis/restore-database', { backup }, ['how/postgres/restore'])).toBe('SIGKILL')
      expect(await agents()).toEqual(moment === 'before' ? ['of today'] : restored)
      const run = await place.resumeLast()
      expect(ending(run)).toBe('completed')
      expect(await agents()).toEqual(restored)
      expect(ending(await place.undo(run))).toBe('undone')
      expect(await agents()).toEqual(['of today'])
    } finally {
      place.uninstall('psql')
    }
  })
})
