import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AegisDeployment, startAegis } from '../../../sandbox/aegis/deployment.js'
import { clusterTemplate } from '../../servers/cluster-template.js'
import { capturedRun, type CapturedRun } from '../captured-run.js'

const limit = { requests: 10, windowMs: 50 }

let aegis: AegisDeployment
beforeAll(async () => {
  aegis = await startAegis({ clusterTemplate: clusterTemplate(), limit, version: '2025-07-28' })
})
afterAll(() => aegis.stop())

let runs = 0

function judged(
  selectors: readonly string[],
  inputs: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<CapturedRun> {
  runs += 1
  return capturedRun({
    environment: { ...aegis.environment, ...environment },
    inputs: { ...aegis.inputs, ...inputs },
    selectors,
    skip: ['aegis/runtime/host', 'aegis/runtime/error-rate', 'aegis/scans', 'aegis/logs'],
    state: join(aegis.folder, `state-${runs}`),
    // What answers may take its time on a busy machine.
    timeout: 30_000,
  })
}

const saidOf = ({ document }: CapturedRun, id: string): string => {
  const check = document.checks.find((each) => each.id === id)
  return `${check?.status}: ${check?.message}`
}

describe('the release of the operations guide (001-03, 001-08)', () => {
  it('is a go under its own name', async () => {
    const own = /operator:([^,]+)/.exec(aegis.environment['USERS'] ?? '')?.[1] ?? ''
    const inputs = { 'aegis.aegis_version': '2025-07-28', 'aegis.api_user': 'operator', 'aegis.api_user_password': own }
    const { document, exitCode } = await judged(['aegis'], inputs)
    const notGreen = document.checks.filter(({ status }) => !['pass', 'not-applicable'].includes(status))
    expect(notGreen.map(({ id, message }) => `${id}: ${message}`)).toEqual([])
    expect(exitCode).toBe(0)
    for (const name of ['comprehensive-mqtt', 'comprehensive-certificates', 'comprehensive-system', 'metrics-system'])
      expect(document.checks.find(({ id }) => id === `aegis/runtime/${name}`)?.status, name).toBe('pass')
  })

  it('is red as head, with a message that names it', async () => {
    const run = await judged(['aegis/runtime'])
    expect(saidOf(run, 'aegis/runtime/health')).toMatch(/^fail: .*2025-07-28/)
    expect(saidOf(run, 'aegis/runtime/comprehensive-mqtt')).toMatch(/^not-applicable: .*aegis_version is "head"/)
  })

  it('has figures that are judged by the limits of the deployment', async () => {
    const limits = { 'aegis.aegis_version': '2025-07-28', 'aegis.memory_percent': '30' }
    const run = await judged(['aegis/runtime/comprehensive-system'], limits)
    expect(saidOf(run, 'aegis/runtime/comprehensive-system')).toMatch(/^fail: 40.1 percent of the memory/)
  })
})

describe.each(['proxy', 'empty'] as const)('what answers in place of Aegis (%s)', (impostor) => {
  it.each(['head', '2025-07-28'])('is no green of its API as %s, whatever blocks nothing', async (version) => {
    aegis.api.misbehaviour.impostor = impostor
    const ids = [
      'health',
      'metrics',
      'component-database',
      'component-storage',
      'login-demanded',
      'documentation-hidden',
    ]
    const earlier = ['comprehensive-mqtt', 'comprehensive-certificates', 'comprehensive-system', 'metrics-system']
    for (const name of [...ids, ...earlier]) {
      const run = await judged([`aegis/runtime/${name}`], { 'aegis.aegis_version': version, 'aegis.api_user': 'x' })
      expect(saidOf(run, `aegis/runtime/${name}`)).not.toMatch(/^pass/)
    }
    aegis.api.behave()
  })
})

describe('the database', () => {
  it('that is locked is not green', async () => {
    const holder = await aegis.postgres.connectAsAdministrator()
    try {
      await holder.query('BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE')
      runs += 1
      const run = await capturedRun({
        environment: aegis.environment,
        inputs: aegis.inputs,
        selectors: ['aegis/datastores/query-time'],
        timeout: 1500,
        state: join(aegis.folder, `state-${runs}`),
      })
      expect(saidOf(run, 'aegis/datastores/query-time')).toMatch(/^(?:fail|timeout): /)
    } finally {
      await holder.end()
    }
  })

  it('without pgcrypto is red', async () => {
    // In place of a package that is removed: what this database's logins find under the name of the catalogue.
    const { database } = aegis.postgres
    await aegis.postgres.administer(
      `CREATE SCHEMA hiding; GRANT USAGE ON SCHEMA hiding TO PUBLIC;
       CREATE VIEW hiding.pg_available_extensions AS SELECT * FROM pg_catalog.pg_available_extensions WHERE false;
       GRANT SELECT ON hiding.pg_available_extensions TO PUBLIC;
       ALTER DATABASE ${database} SET search_path = hiding, pg_catalog, public`,
    )
    try {
      const run = await judged(['aegis/datastores/pgcrypto'])
      expect(saidOf(run, 'aegis/datastores/pgcrypto')).toBe('fail: pgcrypto is not installed on the server')
    } finally {
      await aegis.postgres.administer(`ALTER DATABASE ${database} RESET search_path; DROP SCHEMA hiding CASCADE`)
    }
    expect(saidOf(await judged(['aegis/datastores/pgcrypto']), 'aegis/datastores/pgcrypto')).toMatch(/^pass/)
  })

  it('that was never migrated is red, though alembic ends with 0 there', async () => {
    await aegis.postgres.administer('DELETE FROM alembic_version')
    const run = await judged(['aegis/datastores'])
    await aegis.postgres.administer("INSERT INTO alembic_version VALUES ('cb6f8b7a3720')")
    expect(saidOf(run, 'aegis/datastores/revision')).toBe('fail: the database has no revision')
  })
})

describe('settings as pydantic reads them', () => {
  it.each([
    [{ DEBUG: 'yes' }, 'aegis/config/debug-off', /^fail: DEBUG is on/],
    [{ DEBUG: 'no' }, 'aegis/config/debug-off', /^pass/],
    [{ DEBUG: '' }, 'aegis/config/settings', /DEBUG: is not a boolean for pydantic/],
    [{ DEBUG: ' true' }, 'aegis/config/settings', /DEBUG: is not a boolean for pydantic/],
    [{ MQTT_PORT: ' 8883.0 ' }, 'aegis/config/settings', /^pass/],
    [{ MQTT_PORT: '0x22b3' }, 'aegis/config/settings', /MQTT_PORT: is not an integer for pydantic/],
    [{ MQTT_PORT: '65536' }, 'aegis/config/settings', /MQTT_PORT: is above 65535/],
    [{ DB_POOL_RECYCLE: '7201' }, 'aegis/config/settings', /DB_POOL_RECYCLE: is above 7200/],
    [{ LOG_LEVEL: 'info' }, 'aegis/config/settings', /LOG_LEVEL: is not one of/],
    [{ ENV: 'Production' }, 'aegis/config/environment', /^fail: ENV is not one of/],
    [{ DATABASE_URL: 'sqlite:///eventbus.db' }, 'aegis/config/database-url', /^fail: .*scheme must be postgresql/],
    [{ DATABASE_URL: '' }, 'aegis/config/database-url', /^fail: .*empty.*SQLite/],
    [{ DATABASE_URL: 'postgresql://u:p?x@db/aegis' }, 'aegis/config/database-url', /^fail: /],
    [{ USERS: '' }, 'aegis/config/users', /^fail: .*no user can log in/],
    [{ USERS: 'a:Aa1!aaa' }, 'aegis/config/users', /secret 1 has fewer than 8 characters$/],
    [{ USERS: 'a: Aa1!aaaa ,b' }, 'aegis/config/users', /secret 2 has no ":" before it$/],
    [{ USERS: 'a:aa1-aaaa' }, 'aegis/config/users', /secret 1 has no upper-case letter, no special character$/],
  ] as const)('%j', async (environment, id, words) => {
    expect(saidOf(await judged([id], {}, environment), id)).toMatch(words)
  })
})
