import { afterAll, beforeAll, expect, it } from 'vitest'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, type PostgresServer } from '../../../sandbox/servers/postgres.js'
import { Secret } from '../../../src/redaction/secret-value.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import { lockInDatabase, type LockDatabase } from '../../../src/runbooks/locks/database-lock.js'
import { clusterTemplate } from '../../servers/cluster-template.js'

const folder = mkdtempSync(join(tmpdir(), 'preflight-lock-'))
let server: PostgresServer
beforeAll(async () => {
  chmodSync(folder, 0o755)
  server = await startPostgres(join(folder, 'cluster'), await clusterTemplate())
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

function databaseAt(url: string, variables: Readonly<Record<string, string>> = {}): LockDatabase {
  return { url: new Secret(url), serviceHome: '', environment: TestedEnvironment.of(variables) }
}

it('excludes another session on the same target and names the run that holds it', async () => {
  const database = databaseAt(server.url)
  const lock = await lockInDatabase('the database', database, 'arq', 'run-one', () => undefined)
  await expect(lockInDatabase('the database', database, 'arq', 'run-two', () => undefined)).rejects.toThrow(
    /the database is held by preflight run-one \(role /,
  )
  const other = await lockInDatabase('the database', database, 'another target', 'run-two', () => undefined)
  await lock.release()
  const again = await lockInDatabase('the database', database, 'arq', 'run-two', () => undefined)
  await Promise.all([again.release(), other.release()])
})

it("is taken with what the environment under test adds to the URL, and with the service's home", async () => {
  const bare = server.url.replace(`:${server.password}@`, '@')
  await expect(
    lockInDatabase('the database', databaseAt(bare), 'arq', 'run-one', () => undefined),
  ).rejects.toMatchObject({ exitCode: 25 })
  const lock = await lockInDatabase(
    'the database',
    databaseAt(bare, { PGPASSWORD: server.password }),
    'arq',
    'run-one',
    () => undefined,
  )
  await lock.release()
  writeFileSync(join(folder, '.pgpass'), `*:*:*:${server.user}:${server.password}\n`, { mode: 0o600 })
  const again = await lockInDatabase(
    'the database',
    { ...databaseAt(bare), serviceHome: folder },
    'arq',
    'run-one',
    () => undefined,
  )
  await again.release()
})

it('says that it could not be taken where the database cannot be reached, without its password', async () => {
  const refused = lockInDatabase(
    'the database',
    databaseAt('postgresql://app:hunter-of-gold-42@127.0.0.1:1/app'),
    'arq',
    'run-one',
    () => undefined,
  )
  await expect(refused).rejects.toMatchObject({ exitCode: 25 })
  await expect(refused).rejects.not.toThrow(/hunter/)
})
