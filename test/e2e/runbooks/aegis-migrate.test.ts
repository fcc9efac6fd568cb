import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type AegisDatabase,
  AegisPlace,
  alembicProgram,
  doesNothing,
  head,
  initialise,
  killing,
  previous,
  schemaBefore,
  stamp,
  startAegisDatabase,
  unseen,
} from './aegis-place.js'
import { ending } from './real.js'

let database: AegisDatabase
let place: AegisPlace

beforeAll(async () => {
  database = await startAegisDatabase()
  place = new AegisPlace({ DATABASE_URL: database.serviceUrl })
})
afterAll(async () => {
  place.remove()
  await database.remove()
})
beforeEach(async () => {
  await database.administer(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${initialise}`)
  place.install({ alembic: alembicProgram() })
})

const asOwner = (sql: string) => database.administer(`SET ROLE aegis; ${sql}`)
const agents = "INSERT INTO agents VALUES ('a1', 'idle', now()), ('a2', 'busy', now())"

async function revision(): Promise<unknown> {
  const [there] = await database.administer("SELECT to_regclass('alembic_version')::text AS name")
  if (there!['name'] === null) return 'none'
  return (await database.administer('SELECT version_num FROM alembic_version'))[0]?.['version_num']
}
const tables = async (): Promise<unknown> =>
  (await database.administer("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).map(
    (row) => row['tablename'],
  )

describe('the migration of Aegis (001-26)', () => {
  it('brings an old schema to the revision of the release, and its undo has Alembic go back', async () => {
    await asOwner(`${schemaBefore}; ${stamp(previous)}; ${agents}`)
    const run = await place.run('aegis/migrate')
    expect(ending(run)).toBe('completed')
    expect(await revision()).toBe(head)
    expect(await database.administer('SELECT agent_id FROM agent_registry ORDER BY 1')).toEqual([
      { agent_id: 'a1' },
      { agent_id: 'a2' },
    ])
    // What was written since stays.
    await asOwner("INSERT INTO agent_registry VALUES ('a3', 'idle', now())")
    expect(ending(await place.undo(run))).toBe('undone')
    expect(await revision()).toBe(previous)
    expect(await database.administer('SELECT count(*)::int AS n FROM agents')).toEqual([{ n: 3 }])
  })

  it('creates the schema of an empty database, of which `alembic current` says nothing, and takes it back', async () => {
    const run = await place.run('aegis/migrate')
    expect(ending(run)).toBe('completed')
    expect(await revision()).toBe(head)
    expect(ending(await place.undo(run))).toBe('undone')
    expect(await tables()).toEqual([])
  })

  it('puts the backup back where there were tables and no revision', async () => {
    await asOwner('CREATE TABLE notes (line text)')
    await asOwner("INSERT INTO notes VALUES ('CREATE EXTENSION is no statement here')")
    const run = await place.run('aegis/migrate')
    expect(ending(run)).toBe('completed')
    expect(ending(await place.undo(run))).toBe('undone')
    expect(await tables()).toEqual(['notes'])
    expect(await database.administer('SELECT line FROM notes')).toEqual([
      { line: 'CREATE EXTENSION is no statement here' },
    ])
  })

  it('does nothing to a database that is at that revision', async () => {
    await asOwner(`${schemaBefore}; ALTER TABLE agents RENAME TO agent_registry; ${stamp(head)}`)
    const run = await place.run('aegis/migrate')
    expect(ending(run)).toBe('completed')
    expect(run.steps.get('upgrade')!.state).toBe('skipped')
  })

  it('refuses an upgrade that says 0 and does nothing', async () => {
    await asOwner(`${schemaBefore}; ${stamp(previous)}`)
    place.install({ alembic: doesNothing })
    const run = await place.run('aegis/migrate')
    expect(ending(run)).toMatch(
      /^failed: .*the database is at revision 7c165f5e0b93 now, and the release needs cb6f8b7a3720/s,
    )
    expect(await revision()).toBe(previous)
  })

  it('refuses a table of revisions that was only stamped', async () => {
    await asOwner(stamp(head))
    expect(ending(await place.run('aegis/migrate'))).toMatch(/^failed: .*missing: audit_log, agent_registry, tasks/s)
  })

  it('is refused where Alembic is absent, with nothing done', async () => {
    rmSync(join(place.bin, 'alembic'))
    const run = await place.run('aegis/migrate')
    expect(ending(run)).toMatch(/nothing was done\nprogram alembic .*fix: install the requirements of Aegis/s)
    expect(await tables()).toEqual([])
  })

  it('has no secret in what it writes down, nor on a command line', async () => {
    expect(ending(await unseen(database.password, () => place.run('aegis/migrate')))).toBe('completed')
    expect(place.written()).toContain('before-migration.backup')
    expect(place.written()).not.toContain(database.password)
  })
})

describe.each(['before', 'after'] as const)('preflight killed %s Alembic has upgraded the schema', (moment) => {
  it('goes on to the same end, and can be undone', async () => {
    await asOwner(`${schemaBefore}; ${stamp(previous)}; ${agents}`)
    const marker = join(place.folder, 'kill')
    writeFileSync(marker, '')
    place.install({ alembic: killing(alembicProgram(), moment, marker) })
    expect(await place.runKilled('aegis/migrate', {}, ['upgrade'])).toBe('SIGKILL')
    expect(await revision()).toBe(moment === 'before' ? previous : head)
    const run = await place.resumeLast()
    expect(ending(run)).toBe('completed')
    expect(await revision()).toBe(head)
    expect(ending(await place.undo(run))).toBe('undone')
    expect(await revision()).toBe(previous)
    expect(await database.administer('SELECT count(*)::int AS n FROM agents')).toEqual([{ n: 2 }])
  })
})

describe('a percent sign in the URL, on which Alembic crashes', () => {
  it('is named before anything is done, and the URL is in no output', async () => {
    await database.administer("ALTER ROLE aegis PASSWORD 'q%8-Zk.w2Lx_9vTm'")
    const other = new AegisPlace({ DATABASE_URL: database.serviceUrl.replace(database.password, 'q%258-Zk.w2Lx_9vTm') })
    other.install({ alembic: alembicProgram() })
    try {
      const run = await other.run('aegis/migrate')
      expect(ending(run)).toMatch(/^failed: .*DATABASE_URL holds a %, on which Alembic crashes/s)
      expect(await tables()).toEqual([])
      expect(other.written()).not.toMatch(/q%(25)?8-Zk/)
    } finally {
      other.remove()
      await database.administer(`ALTER ROLE aegis PASSWORD '${database.password}'`)
    }
  })
})
