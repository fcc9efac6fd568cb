import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificate, type ServerCertificate } from '../../../sandbox/servers/certificate.js'
import { startPostgres, type PostgresServer } from '../../../sandbox/servers/postgres.js'
import { probe } from '../../../src/checks/probes/postgres.js'
import { withVariables } from '../../with-variables.js'
import { climbAgainst } from './climb-against.js'
import { addressesOf, observe } from './observe.js'
import { clusterTemplate } from '../../servers/cluster-template.js'

let folder: string
let server: PostgresServer
let certificate: ServerCertificate
let other: ServerCertificate

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postgres-probe-'))
  await chmod(folder, 0o755)
  server = await startPostgres(join(folder, 'cluster'), await clusterTemplate())
  await mkdir(join(folder, 'certificate'))
  certificate = createCertificate(join(folder, 'certificate'))
  await mkdir(join(folder, 'other'))
  other = createCertificate(join(folder, 'other'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const look = (url: string, more: object = {}) => observe(probe, { url, ...more })
const codeOf = async (url: string, more: object = {}) => (await look(url, more)).problem.code

describe('a server that works', () => {
  it('is climbed to the last rung and left alone', async () => {
    expect(await look(server.url)).toMatchObject({
      reached: 'catalog',
      problem: { code: 'none' },
      serverVersionText: expect.stringMatching(/^\d+/) as string,
      database: server.database,
      user: server.user,
      inRecovery: false,
      readOnly: false,
      canUseSchema: true,
      canCreate: true,
      tlsUsed: false,
      maxConnections: 40,
      usedConnections: 0,
      freeConnections: 37,
      missingTables: [],
    })
    for (;;) {
      const [row] = await server.administer(
        "SELECT count(*)::int AS left FROM pg_stat_activity WHERE application_name = 'preflight'",
      )
      if (row?.['left'] === 0) break
    }
  })

  it('is distinguished from what its own variables would choose', async () => {
    const others = {
      PGUSER: 'other',
      PGPASSWORD: server.password,
      PGHOST: '127.0.0.2',
      PGPORT: '1',
      PGDATABASE: 'other',
      PGSSLMODE: 'require',
      PGOPTIONS: '-c nonsense=1',
      PGAPPNAME: 'other',
      PGSSLNEGOTIATION: 'direct',
    }
    await withVariables(others, async () => {
      expect(await codeOf(server.url)).toBe('none')
      expect(await codeOf(server.url.replace(`:${server.password}`, ''))).toBe('password-missing')
    })
  })

  it('tells version, defaults and limits of role and database', async () => {
    await server.administer(
      `ALTER ROLE ${server.user} SET default_transaction_read_only = on; ALTER ROLE ${server.user} CONNECTION LIMIT 7`,
    )
    expect(await look(server.url)).toMatchObject({
      problem: { code: 'none' },
      readOnly: true,
      inRecovery: false,
      freeConnections: 7,
    })
    await server.administer(`ALTER ROLE ${server.user} RESET ALL; ALTER DATABASE ${server.database} CONNECTION LIMIT 5`)
    expect((await look(server.url)).freeConnections).toBe(5)
    await server.administer(
      `ALTER ROLE ${server.user} CONNECTION LIMIT -1; ALTER DATABASE ${server.database} CONNECTION LIMIT -1`,
    )
    const held = await server.connectAsAdministrator()
    expect(await look(server.url)).toMatchObject({ usedConnections: 1, freeConnections: 36 })
    await held.end()
  })

  it('takes settings from the query as asyncpg does', async () => {
    expect(await codeOf(`${server.url}?application_name=other&search_path=public`)).toBe('none')
    expect(await look(`${server.url}?nonsense=1`)).toMatchObject({
      reached: 'connect',
      problem: { code: 'bad-setting', class: 'config' },
    })
  })
})

describe('its catalog', () => {
  beforeAll(async () => {
    await server.administer(`
      CREATE TABLE whole (tenant text, id int, body text, PRIMARY KEY (tenant, id));
      CREATE INDEX whole_body ON whole (body);
      CREATE TABLE "Odd.Name" (id int);
      CREATE TABLE keyless (id int);
      CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
      CREATE VIEW looked AS SELECT 1 AS id;
      CREATE SCHEMA aside; CREATE TABLE aside.hidden (id int);
      CREATE INDEX broken ON whole (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass;
      GRANT SELECT, INSERT, UPDATE, DELETE ON whole, parted TO ${server.user};
      GRANT SELECT ON keyless TO ${server.user}`)
  })

  it('has what is asked for', async () => {
    expect(
      await look(server.url, {
        tables: ['whole', 'Odd.Name', 'parted'],
        columns: [{ table: 'whole', columns: ['tenant', 'body'] }],
        indexes: ['whole_body', 'whole_pkey'],
        'primary-keys': [
          { table: 'whole', columns: ['tenant', 'id'] },
          { table: 'parted', columns: ['id'] },
        ],
        'write-privileges': ['whole', 'parted'],
      }),
    ).toMatchObject({
      reached: 'catalog',
      missingTables: [],
      missingColumns: [],
      missingIndexes: [],
      missingPrimaryKeys: [],
      missingPrivileges: [],
    })
  })

  it('lacks what is asked for, in the order asked', async () => {
    expect(
      await look(server.url, {
        tables: ['zeta', 'whole', 'looked', 'hidden', 'alpha', "'; DROP TABLE whole; --"],
        columns: [
          { table: 'whole', columns: ['nothing', 'id'] },
          { table: 'zeta', columns: ['id'] },
        ],
        indexes: ['broken', 'whole_body', 'absent'],
        'primary-keys': [
          { table: 'whole', columns: ['id', 'tenant'] },
          { table: 'keyless', columns: ['id'] },
          { table: 'zeta', columns: ['id'] },
        ],
        'write-privileges': ['keyless', 'whole', 'zeta'],
      }),
    ).toMatchObject({
      reached: 'catalog',
      missingTables: ['zeta', 'looked', 'hidden', 'alpha', "'; DROP TABLE whole; --"],
      missingColumns: ['whole.nothing', 'zeta.id'],
      missingIndexes: ['broken', 'absent'],
      missingPrimaryKeys: ['whole', 'keyless', 'zeta'],
      missingPrivileges: ['keyless: INSERT', 'keyless: UPDATE', 'keyless: DELETE'],
    })
  })

  it('is looked up in the schema named', async () => {
    expect(await look(server.url, { schema: 'aside', tables: ['hidden', 'whole'] })).toMatchObject({
      canUseSchema: false,
      canCreate: false,
      missingTables: ['whole'],
    })
    expect(await look(server.url, { schema: 'nowhere', tables: ['hidden'] })).toMatchObject({
      canUseSchema: false,
      missingTables: ['hidden'],
    })
  })
})

describe('a login that is refused', () => {
  it('is known as a refused login, and a good one is not', async () => {
    const isRefused = async (url: string) => probe.isLoginRefused?.(probe.input.parse({ url }), await look(url))
    expect(await isRefused(server.url.replace(server.password, 'wrong'))).toBe(true)
    expect(await isRefused(server.url)).toBe(false)
  })

  it('for its user, its password or its database', async () => {
    expect(await look(server.url.replace(server.password, 'wrong'))).toMatchObject({
      reached: 'connect',
      problem: { code: 'wrong-password', class: 'config', transient: false },
    })
    expect(await codeOf(server.url.replace('//arqonbus', '//nobody'))).toBe('wrong-password')
    expect(await codeOf(server.url.replace(`:${server.password}`, ''))).toBe('password-missing')
    expect(await look(`${server.url}x`)).toMatchObject({
      reached: 'connect',
      problem: { code: 'wrong-database', class: 'config' },
    })
    await server.administer(`ALTER ROLE ${server.user} NOLOGIN`)
    expect(await codeOf(server.url)).toBe('not-admitted')
    await server.administer(`ALTER ROLE ${server.user} LOGIN`)
    await server.administer(`REVOKE CONNECT ON DATABASE postgres FROM PUBLIC`)
    expect(await codeOf(server.url.replace(/arqonbus$/, 'postgres'))).toBe('permission-denied')
  })

  it('without a free connection', async () => {
    await server.administer(`ALTER ROLE ${server.user} CONNECTION LIMIT 0`)
    expect(await look(server.url)).toMatchObject({
      reached: 'connect',
      problem: { code: 'too-many-connections', class: 'dependency', transient: true },
    })
    await server.administer(`ALTER ROLE ${server.user} CONNECTION LIMIT -1`)
  })
})

describe('TLS', () => {
  it('that the server does not speak', async () => {
    for (const mode of ['disable', 'allow', 'prefer'])
      expect(await look(`${server.url}?sslmode=${mode}`)).toMatchObject({ problem: { code: 'none' }, tlsUsed: false })
    for (const mode of ['require', 'verify-ca', 'verify-full']) {
      expect(await look(`${server.url}?sslmode=${mode}&sslrootcert=${certificate.certificateFile}`)).toMatchObject({
        reached: 'connect',
        problem: { code: 'tls-refused', class: 'config' },
      })
    }
  })

  it('that it demands: asyncpg verifies from verify-ca on', async () => {
    await server.restart({ tls: certificate })
    expect(await look(`${server.url}?sslmode=disable`)).toMatchObject({
      reached: 'connect',
      problem: { code: 'tls-required', class: 'config' },
    })
    for (const mode of ['allow', 'prefer', 'require'])
      expect(await look(`${server.url}?sslmode=${mode}`)).toMatchObject({
        reached: 'catalog',
        problem: { code: 'none' },
        tlsUsed: true,
      })
    for (const mode of ['verify-ca', 'verify-full']) {
      expect(await look(`${server.url}?sslmode=${mode}&sslrootcert=${other.certificateFile}`)).toMatchObject({
        reached: 'connect',
        problem: { code: 'certificate-refused' },
      })
      expect(await codeOf(`${server.url}?sslmode=${mode}&sslrootcert=${certificate.certificateFile}`)).toBe('none')
      expect(
        await codeOf(`${server.url}?sslmode=${mode}&sslrootcert=/elsewhere/ca.pem`, {
          'trust-file': certificate.certificateFile,
        }),
      ).toBe('none')
    }
    expect(await codeOf(`${server.url}?sslmode=verify-full&sslrootcert=/no/such/file`)).toBe('file-not-found')
    await server.restart()
  })
})

describe('a server that is not a working primary', () => {
  it('since it is in recovery', async () => {
    await server.restart({ standby: true })
    expect(await look(server.url)).toMatchObject({
      reached: 'catalog',
      problem: { code: 'none' },
      inRecovery: true,
      readOnly: true,
    })
    await server.restart()
  })

  it('since it is down, or does not answer', async () => {
    await server.stop()
    expect(await look(server.url)).toMatchObject({
      reached: 'resolve',
      problem: { code: 'connection-refused', class: 'dependency', transient: true },
    })
    await server.restart()
    await server.pause()
    expect(await climbAgainst(probe, { url: server.url }, Promise.resolve(), 'connect')).toEqual({
      reached: 'connect',
      code: 'silence',
    })
    server.resume()
    expect(await codeOf(server.url)).toBe('none')
  })
})

describe('a URL that asyncpg would not take', () => {
  it('is a matter of configuration, and never quoted', async () => {
    for (const url of [
      '',
      'mysql://u:pw-in-url@h/d',
      'postgresql://u:pw-in-url@h:x/d',
      'postgresql://u:pw/in@url@h/d',
      'postgresql://u:pw-in-url@h/d?sslmode=on',
      'postgresql://u:pw-in-url@a,,b/d',
      'postgresql://h/d',
      'postgresql://u:pw@in-url@h/d',
      'postgresql://u:pw[in-url@h/d',
      'postgresql://u:pw-in-url@h/d?sslmode=verify-full',
    ]) {
      const { problem, reached } = await look(url)
      expect(problem).toMatchObject({ code: 'bad-url', class: 'config' })
      expect(reached).toBe('none')
      expect(problem.detail).not.toContain('pw')
    }
  })
})

it('a plan shows the addresses that the driver makes of the URL and of the environment under test', () => {
  const environment = { PGHOST: 'db.example,other.example', PGPORT: '5433', PGUSER: 'app' }
  expect(addressesOf(probe, { url: 'postgresql://' }, environment)).toEqual(['db.example:5433', 'other.example:5433'])
  expect(addressesOf(probe, { url: 'postgresql://' })).toEqual([])
})
