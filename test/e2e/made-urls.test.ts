import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRedis, type RedisServer } from '../../sandbox/servers/redis.js'
import { startPostgres, type PostgresServer } from '../../sandbox/servers/postgres.js'
import { capturedRun } from './captured-run.js'
import { clusterTemplate } from '../servers/cluster-template.js'

const password = 'Gq7vTz2LxR9wBk4M'

let folder: string
let redis: RedisServer
let postgres: PostgresServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'made-urls-'))
  // Postgres runs as a user of its own.
  await chmod(folder, 0o755)
  redis = await startRedis(join(folder, 'redis'), password)
  postgres = await startPostgres(join(folder, 'postgres'), await clusterTemplate(), 'ledger', password)
})
afterAll(async () => {
  await redis.stop()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Status and message of each check, by its last name. */
async function judged(profile: string, environment: Readonly<Record<string, string>>, checks: readonly string[]) {
  const selectors = checks.map((check) => `arqonbus/${check}`)
  const { document } = await capturedRun({
    environment: { ARQONBUS_STORAGE_MODE: 'degraded', ...environment },
    inputs: {},
    selection: { selectors, profile, stages: [], skip: [], beforeStart: false, afterStart: false },
  })
  return Object.fromEntries(
    document.checks.map(({ id, status, message }) => [id.slice(id.lastIndexOf('/') + 1), { status, message }]),
  )
}

describe('the hot store that the bus makes of its host, port, password and SSL variables', () => {
  const checks = ['config/hot-store-url', 'config/hot-store-tls', 'config/hot-store-ssl-switch', 'datastores/hot-store']
  const made = () => ({
    ARQONBUS_STORAGE_BACKEND: 'valkey',
    ARQONBUS_REDIS_HOST: '127.0.0.1',
    ARQONBUS_REDIS_PORT: String(redis.port),
    ARQONBUS_REDIS_PASSWORD: password,
  })

  it.each(['dev', 'staging'])('is connected to where no URL is set (%s)', async (profile) => {
    const { 'hot-store-url': url, 'hot-store': store } = await judged(profile, made(), checks)
    expect([url?.status, store?.status]).toEqual(['pass', 'pass'])
  })

  it('is connected to where the URL that is chosen is empty, though another is not', async () => {
    const environment = { ...made(), ARQONBUS_VALKEY_URL: '', ARQONBUS_REDIS_URL: 'redis://127.0.0.1:1/0' }
    expect(await judged('staging', environment, checks)).toMatchObject({
      'hot-store-url': { status: 'pass' },
      'hot-store': { status: 'pass' },
    })
  })

  it('is another one when a Valkey variable comes before the one of Redis', async () => {
    const { 'hot-store': store } = await judged('dev', { ...made(), ARQONBUS_VALKEY_PORT: '1' }, checks)
    expect(store).toMatchObject({ status: 'fail', message: expect.stringContaining('connection-refused') as string })
  })

  it('is judged by its TLS as a URL is', async () => {
    const remote = { ...made(), ARQONBUS_REDIS_HOST: 'cache.invalid' }
    const plain = await judged('staging', remote, checks)
    expect(plain['hot-store-tls']).toMatchObject({
      status: 'fail',
      message: 'the URL that the bus builds from its host and port variables names cache.invalid without TLS',
    })
    const encrypted = await judged('staging', { ...remote, ARQONBUS_REDIS_SSL: 'true' }, checks)
    expect(encrypted).toMatchObject({ 'hot-store-tls': { status: 'pass' }, 'hot-store-ssl-switch': { status: 'pass' } })
  })

  it('has the password as it is, which the driver may not be able to read', async () => {
    const { 'hot-store-url': url, 'hot-store': store } = await judged(
      'staging',
      { ...made(), ARQONBUS_REDIS_PASSWORD: 'Gq7v[Tz2LxR9wBk4M' },
      checks,
    )
    expect(url).toMatchObject({
      status: 'fail',
      message: expect.stringMatching(
        /^the bus cannot use the URL that it builds from its host, port, password and SSL variables: .*percent-encode/,
      ) as string,
    })
    expect(store?.status).toBe('blocked')
  })

  it('does not count in production, which demands a URL, and is named', async () => {
    const { 'hot-store-url': url } = await judged('prod', made(), checks)
    expect(url).toMatchObject({
      status: 'fail',
      message: `neither ARQONBUS_VALKEY_URL nor ARQONBUS_REDIS_URL is set, and the bus does not start without one; its host and port variables would give 127.0.0.1:${redis.port}`,
    })
    const both = await judged('staging', { ...made(), ARQONBUS_REQUIRE_DUAL_DATA_STACK: 'true' }, checks)
    expect(both['hot-store-url']?.status).toBe('fail')
  })

  it('does not count beside a URL, though its variables are wrong', async () => {
    const environment = { ...made(), ARQONBUS_VALKEY_URL: redis.url, ARQONBUS_REDIS_PORT: '6379/tcp' }
    expect(await judged('prod', environment, [...checks, 'config/numbers'])).toMatchObject({
      'hot-store-url': { status: 'pass' },
      'hot-store': { status: 'pass' },
      numbers: { status: 'fail' },
    })
  })

  it('is not applicable where the bus uses none', async () => {
    const environment = { ...made(), ARQONBUS_STORAGE_BACKEND: 'postgres' }
    const all = await judged('staging', environment, checks)
    expect(Object.values(all).map(({ status }) => status)).toEqual(checks.map(() => 'not-applicable'))
  })
})

describe('the Postgres that the bus makes of its variables', () => {
  const checks = ['config/postgres-url', 'config/postgres-tls', 'config/postgres-ssl-switch', 'datastores/postgres']
  const made = () => ({
    ARQONBUS_STORAGE_BACKEND: 'postgres',
    ARQONBUS_POSTGRES_HOST: '127.0.0.1',
    ARQONBUS_POSTGRES_PORT: String(postgres.port),
    ARQONBUS_POSTGRES_USER: 'ledger',
    ARQONBUS_POSTGRES_DATABASE: 'ledger',
    ARQONBUS_POSTGRES_PASSWORD: password,
  })

  it.each(['dev', 'staging'])('is connected to where no URL is set (%s)', async (profile) => {
    const { 'postgres-url': url, postgres: store } = await judged(profile, made(), checks)
    expect([url?.status, store?.status, store?.message]).toEqual(['pass', 'pass', expect.any(String)])
  })

  it('is refused by its server with the SSL variable, which encrypts nothing', async () => {
    const all = await judged('staging', { ...made(), ARQONBUS_POSTGRES_SSL: 'true' }, checks)
    expect(all['postgres-ssl-switch']?.status).toBe('warn')
    expect(all['postgres']).toMatchObject({ status: 'fail', message: expect.stringContaining('ssl') as string })
    const remote = await judged(
      'staging',
      { ...made(), ARQONBUS_POSTGRES_HOST: 'database.invalid', ARQONBUS_POSTGRES_SSL: 'true' },
      checks,
    )
    expect(remote['postgres-tls']?.status).toBe('fail')
  })

  it('does not count in production, which demands a URL, and is named', async () => {
    const { 'postgres-url': url } = await judged('prod', made(), checks)
    expect(url).toMatchObject({
      status: 'fail',
      message: `ARQONBUS_POSTGRES_URL is not set, and the bus does not start without it; its host and port variables would give 127.0.0.1:${postgres.port}/ledger`,
    })
  })

  it('is not applicable where the bus uses none', async () => {
    const all = await judged('staging', { ...made(), ARQONBUS_STORAGE_BACKEND: 'valkey' }, checks)
    expect(Object.values(all).map(({ status }) => status)).toEqual(checks.map(() => 'not-applicable'))
  })
})
