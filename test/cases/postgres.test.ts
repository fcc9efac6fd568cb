import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificate, type ServerCertificate } from '../../sandbox/servers/certificate.js'
import { startPostgres, type PostgresServer } from '../../sandbox/servers/postgres.js'
import { ElsewhereError } from '../../src/base/errors.js'
import { probe as env } from '../../src/checks/probes/env.js'
import { probe as postgres } from '../../src/checks/probes/postgres.js'
import { observe } from '../checks/probes/observe.js'
import { clusterTemplate } from '../servers/cluster-template.js'

const password = 'tide-over-marble'
const at = 'marble@tide'
const bracket = 'marble[tide'

let folder: string
let server: PostgresServer
let standby: PostgresServer
let certificate: ServerCertificate
let client: ServerCertificate

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postgres-cases-'))
  await chmod(folder, 0o755)
  for (const name of ['server', 'client']) await mkdir(join(folder, name))
  certificate = createCertificate(join(folder, 'server'))
  client = createCertificate(join(folder, 'client'))
  const template = await clusterTemplate()
  server = await startPostgres(join(folder, 'primary'), template, 'ledger', password)
  standby = await startPostgres(join(folder, 'standby'), template, 'ledger', password)
  await server.administer(`CREATE ROLE marlene LOGIN PASSWORD '${at}'; CREATE ROLE carla LOGIN PASSWORD '${bracket}'`)
  await server.restart({ tls: certificate, plainToo: true })
  await standby.restart({ standby: true })
})
afterAll(async () => {
  await server.stop()
  await standby.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The configuration check and the probe, with the driver's name as a pack gives it. */
async function judged(url: string, environment: Readonly<Record<string, string>> = {}, more: object = {}) {
  const variables = {
    LEDGER_URL: {
      reads: ['url' as const],
      driver: 'asyncpg',
      schemes: ['postgres', 'postgresql'],
      exposure: 'dsn' as const,
    },
  }
  const { valid, reason } = await observe(
    env,
    { name: 'LEDGER_URL' },
    { environment: { ...environment, LEDGER_URL: url }, variables },
  )
  const { problem, reached, tlsUsed, filesOfUnknownHome } = await observe(
    postgres,
    { url, driver: 'asyncpg', ...more },
    { environment },
  )
  return { valid, reason, code: problem.code, detail: problem.detail, reached, tlsUsed, filesOfUnknownHome }
}

const url = (rest = '', userInfo = `ledger:${password}@`, host = '127.0.0.1') =>
  `postgresql://${userInfo}${host}:${server.port}/ledger${rest}`
const works = { valid: true, reason: '', code: 'none', reached: 'catalog' }

describe('refused by the configuration check and by the probe, in the same words', () => {
  it.each([
    ['p01-at-in-password', 'an @ in the password', () => url('', `marlene:${at}@`), 'percent-encode @ as %40'],
    [
      'p02-bracket-in-password',
      'a bracket in the password',
      () => url('', `carla:${bracket}@`),
      'percent-encode [ as %5B',
    ],
    [
      'p04-verify-full-public-ca',
      'verify-full without sslrootcert',
      () => url('?sslmode=verify-full', undefined, 'localhost'),
      '~/.postgresql/root.crt',
    ],
    [
      'p11',
      "a TLS version in another's words",
      () => url('?ssl_min_protocol_version=1.3&sslmode=require'),
      'No such TLS version',
    ],
  ])('%s: %s', async (_id, _what, made, words) => {
    const { valid, reason, code, detail, reached } = await judged(made())
    expect({ valid, code, reached }).toEqual({ valid: false, code: 'bad-url', reached: 'none' })
    expect(reason).toContain(words)
    expect(detail).toBe(reason)
    for (const secret of [password, at, bracket, 'tide@']) expect(`${reason}${detail}`).not.toContain(secret)
  })
})

describe('refused before it connects, for a file that is not there', () => {
  it.each([
    [
      'p06-require-with-stale-root',
      'require with a stale sslrootcert',
      '?sslmode=require&sslrootcert=/nowhere/ca.pem',
      'trusted certificates',
    ],
    [
      'p12-crl-not-there',
      'a revocation list',
      `?sslcrl=/nowhere.crl&sslmode=verify-ca&sslrootcert=CA`,
      'revocation list',
    ],
    ['p08-client-cert', 'a client certificate', '?sslmode=require&sslcert=/nowhere/client.pem', 'client certificate'],
  ])('%s: %s', async (_id, _what, query, purpose) => {
    const named = url(query.replace('CA', certificate.certificateFile))
    const { code, detail, reached } = await judged(named)
    expect({ code, reached }).toEqual({ code: 'file-not-found', reached: 'none' })
    expect(detail).toContain(`the ${purpose} was not found`)
    await expect(judged(named, {}, { 'target-files': 'elsewhere' })).rejects.toThrow(ElsewhereError)
  })
})

describe('what the driver connects with', () => {
  it('p01, p02: the right values, percent-encoded', async () => {
    expect(await judged(url('', `marlene:${encodeURIComponent(at)}@`))).toMatchObject(works)
    expect(await judged(url('', `carla:${encodeURIComponent(bracket)}@`))).toMatchObject(works)
  })

  it("p04-verify-full-public-ca: the authority in the service's home, or named", async () => {
    const home = join(folder, 'home')
    await mkdir(join(home, '.postgresql'), { recursive: true })
    await copyFile(certificate.certificateFile, join(home, '.postgresql', 'root.crt'))
    expect(
      await judged(url('?sslmode=verify-full', undefined, 'localhost'), {}, { 'service-home': home }),
    ).toMatchObject({ code: 'none', tlsUsed: true })
    expect(await judged(url(`?sslmode=verify-full&sslrootcert=${certificate.certificateFile}`))).toMatchObject({
      ...works,
      tlsUsed: true,
    })
    expect((await judged(url('?sslmode=verify-full'), {}, { 'service-home': folder })).code).toBe('file-not-found')
  })

  it('p06-require-with-stale-root: require verifies where certificates to trust are named', async () => {
    expect(await judged(url(`?sslmode=require&sslrootcert=${certificate.certificateFile}`))).toMatchObject({
      ...works,
      tlsUsed: true,
    })
    expect((await judged(url(`?sslmode=require&sslrootcert=${client.certificateFile}`))).code).toBe(
      'certificate-refused',
    )
    expect((await judged(url('?sslmode=require'), { PGSSLROOTCERT: client.certificateFile })).code).toBe(
      'certificate-refused',
    )
  })

  it('p06-require-with-stale-root: a home that is not named is not looked into, and that is reported', async () => {
    const home = join(folder, 'stale')
    await mkdir(join(home, '.postgresql'), { recursive: true })
    await copyFile(client.certificateFile, join(home, '.postgresql', 'root.crt'))
    expect(await judged(url('?sslmode=require'), {}, { 'service-home': home })).toMatchObject({
      code: 'certificate-refused',
      filesOfUnknownHome: [],
    })
    const unseen = ['~/.postgresql/root.crt', '~/.postgresql/root.crl', '~/.postgresql/postgresql.crt']
    expect(await judged(url('?sslmode=require'))).toMatchObject({ ...works, filesOfUnknownHome: unseen })
    expect(
      await judged(
        url(`?sslmode=require&sslrootcert=${certificate.certificateFile}&sslcert=${client.certificateFile}`),
      ),
    ).toMatchObject({ filesOfUnknownHome: ['~/.postgresql/root.crl', '~/.postgresql/postgresql.key'] })
    expect(await judged(url('?sslmode=disable'))).toMatchObject({ ...works, filesOfUnknownHome: [] })
  })

  it('p08-client-cert: a client certificate is sent where the server demands one', async () => {
    await server.restart({ tls: certificate, clientAuthorities: client.certificateFile })
    const named = `&sslcert=${client.certificateFile}&sslkey=${client.keyFile}`
    expect(await judged(url(`?sslmode=require${named}`))).toMatchObject({ ...works, tlsUsed: true })
    expect(
      await judged(url('?sslmode=require'), { PGSSLCERT: client.certificateFile, PGSSLKEY: client.keyFile }),
    ).toMatchObject(works)
    expect((await judged(url('?sslmode=require'))).code).not.toBe('none')
    await server.restart({ tls: certificate, plainToo: true })
  })

  it('p09-session-attrs-read-only: a server of the role that target_session_attrs asks for, and no other', async () => {
    for (const wanted of ['any', 'primary', 'read-write', 'prefer-standby'])
      expect(await judged(url(`?target_session_attrs=${wanted}`))).toMatchObject(works)
    for (const wanted of ['standby', 'read-only']) {
      expect(await judged(url(`?target_session_attrs=${wanted}`))).toMatchObject({
        valid: true,
        code: 'wrong-role',
        detail: `none of the hosts matches target_session_attrs=${wanted}`,
      })
      expect(
        await judged(url(`?target_session_attrs=${wanted}`, undefined, `127.0.0.1:${standby.port},127.0.0.1`)),
      ).toMatchObject(works)
    }
    expect((await judged(url(), { PGTARGETSESSIONATTRS: 'standby' })).code).toBe('wrong-role')
    expect((await judged(url('?target_session_attrs=master'))).code).toBe('bad-url')
  })

  it('p11-tls-version-word: TLS of a version that the server speaks', async () => {
    expect(await judged(url('?sslmode=require&ssl_min_protocol_version=TLSv1.3'))).toMatchObject({
      ...works,
      tlsUsed: true,
    })
    expect(
      (await judged(url('?sslmode=require&ssl_max_protocol_version=TLSv1.1&ssl_min_protocol_version=TLSv1'))).code,
    ).not.toBe('none')
  })

  it('TLS from the first byte only where it is asked for, which a server before version 17 does not answer', async () => {
    const [row] = await server.administer("SELECT current_setting('server_version_num')::int >= 170000 AS direct")
    const { code } = await judged(url('?sslmode=require&sslnegotiation=direct'))
    expect(code === 'none').toBe(row?.['direct'])
    expect((await judged(url('?sslnegotiation=direct'))).detail).toContain('direct TLS requires sslmode')
  })

  it('p12-crl-not-there: a file that is not a revocation list', async () => {
    const file = join(folder, 'crl.pem')
    await writeFile(file, 'nothing of use\n')
    expect((await judged(url(`?sslmode=require&sslrootcert=${certificate.certificateFile}&sslcrl=${file}`))).code).toBe(
      'file-unreadable',
    )
  })

  it('p13-two-hosts: the second of two hosts, where the first is down or a standby', async () => {
    const two = (first: number) => url('?target_session_attrs=read-write', undefined, `127.0.0.1:${first},127.0.0.1`)
    expect(await judged(two(1))).toMatchObject(works)
    expect(await judged(two(standby.port))).toMatchObject(works)
    expect(await judged(url('', undefined, '127.0.0.1:1,127.0.0.1'))).toMatchObject(works)
    expect((await judged(url('', 'ledger:wrong@', `127.0.0.1:${standby.port},127.0.0.1`))).code).toBe('wrong-password')
    expect((await judged(`postgresql://ledger:${password}@127.0.0.1:1,127.0.0.1:2/ledger`)).code).toBe(
      'connection-refused',
    )
  })

  it('p14-pgpassword: PGPASSWORD of the environment under test', async () => {
    expect(await judged(url('', 'ledger@'), { PGPASSWORD: password })).toMatchObject(works)
    const missing = await judged(url('', 'ledger@'))
    expect(missing.code).toBe('password-missing')
    expect(missing.detail).toMatch(/not read: ~\/\.pgpass, .*service-home/)
    const looked = await judged(url('', 'ledger@'), {}, { 'service-home': folder })
    expect(looked).toMatchObject({ code: 'password-missing', detail: 'the server asks for a password' })
  })

  it("p14-pgpassword: a password file, of the environment under test or in the service's home, when others cannot read it", async () => {
    const file = join(folder, '.pgpass')
    await writeFile(file, `127.0.0.1:${server.port}:ledger:ledger:${password}\n`, { mode: 0o600 })
    expect(await judged(url('', 'ledger@'), { PGPASSFILE: file })).toMatchObject(works)
    expect(await judged(url('', 'ledger@'), {}, { 'service-home': folder })).toMatchObject(works)
    await chmod(file, 0o644)
    expect((await judged(url('', 'ledger@'), { PGPASSFILE: file })).code).toBe('password-missing')
  })

  it('p16-password-in-query: user and password in the query', async () => {
    expect(await judged(url(`?user=ledger&password=${password}`, ''))).toMatchObject(works)
    expect((await judged(url('?user=ledger&password=wrong', ''))).code).toBe('wrong-password')
  })

  it('p17-capital-scheme: a scheme in capitals', async () => {
    expect(await judged(url().replace('postgresql', 'POSTGRESQL'))).toMatchObject(works)
  })
})
