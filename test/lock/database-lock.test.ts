import { afterAll, beforeAll, expect, it } from 'vitest'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClusterTemplate, startPostgres, type PostgresServer } from '../../sandbox/servers/postgres.js'
import { Secret } from '../../src/kernel/secret.js'
import { lockInDatabase } from '../../src/lock/database-lock.js'

const folder = mkdtempSync(join(tmpdir(), 'preflight-lock-'))
let server: PostgresServer
beforeAll(async () => {
  chmodSync(folder, 0o755)
  server = await startPostgres(join(folder, 'cluster'), await createClusterTemplate(join(folder, 'template')))
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

it('excludes another session on the same target and names the run that holds it', async () => {
  const url = new Secret(server.url)
  const lock = await lockInDatabase('the database', url, 'arq', 'run-one', () => undefined)
  await expect(lockInDatabase('the database', url, 'arq', 'run-two', () => undefined)).rejects.toThrow(/the database is held by preflight run-one \(role /)
  const other = await lockInDatabase('the database', url, 'another target', 'run-two', () => undefined)
  await lock.release()
  const again = await lockInDatabase('the database', url, 'arq', 'run-two', () => undefined)
  await Promise.all([again.release(), other.release()])
})

it('says that it could not be taken where the database cannot be reached, without its password', async () => {
  const refused = lockInDatabase('the database', new Secret('postgresql://app:hunter-of-gold-42@127.0.0.1:1/app'), 'arq', 'run-one', () => undefined)
  await expect(refused).rejects.toMatchObject({ exitCode: 25 })
  await expect(refused).rejects.not.toThrow(/hunter/)
})
