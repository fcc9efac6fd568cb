import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeEnvironmentFile } from '../../../sandbox/environment-file.js'
import { newMessageId, toWire } from '../../../sandbox/arqonbus/bus-envelope.js'
import { emptyBusPayload } from '../../../sandbox/protobuf/bus-payload.js'
import { type RedisServer, startRedis } from '../../../sandbox/servers/redis.js'
import type { Person } from '../../../src/engine/person.js'
import { open } from '../../sandbox/raw-websocket.js'
import { bearer, tokensOf } from '../../sandbox/tokens.js'
import { startStandby, type PostgresStandby } from './postgres-standby.js'
import { agreeable, ending, type Real, startReal } from './real.js'
import { movingAddress, type MovingAddress } from './relay.js'

let real: Real
let replica: RedisServer
let standby: PostgresStandby
/** The bus's variables: with the primaries' own addresses, and with those that move. */
let direct: Readonly<Record<string, string>>
let moving: Readonly<Record<string, string>>
const addresses: { hotStore?: MovingAddress; postgres?: MovingAddress } = {}

/** A replica and a standby of the sandbox's datastores, and an address for each pair. */
beforeAll(async () => {
  real = await startReal()
  const { folder, environment, servers } = real.deployment
  const { redis, postgres } = servers
  addresses.hotStore = await movingAddress(redis.port)
  addresses.postgres = await movingAddress(postgres.port)
  const by = (url: string | undefined, { port }: MovingAddress): string =>
    Object.assign(new URL(url!), { port: String(port) }).href
  direct = { ...environment, ARQONBUS_STORAGE_MODE: 'degraded' }
  moving = {
    ...direct,
    ARQONBUS_VALKEY_URL: by(environment['ARQONBUS_VALKEY_URL'], addresses.hotStore),
    ARQONBUS_POSTGRES_URL: by(environment['ARQONBUS_POSTGRES_URL'], addresses.postgres),
  }
  replica = await startRedis(join(folder, 'replica'), redis.password)
  await replica.administer('CONFIG', 'SET', 'masterauth', redis.password)
  await replica.administer('REPLICAOF', redis.host, redis.port)
  await vi.waitFor(
    async () => expect(await replica.administer('INFO', 'replication')).toMatch(/master_link_status:up/),
    { timeout: 30_000 },
  )
  standby = await startStandby(postgres, join(folder, 'standby'))
})
afterAll(async () => {
  await replica?.stop()
  await standby?.stop()
  await addresses.hotStore?.stop()
  await addresses.postgres?.stop()
  await real?.stop()
})
beforeEach(() => {
  addresses.hotStore!.pointAt(real.deployment.servers.redis.port)
  addresses.postgres!.pointAt(real.deployment.servers.postgres.port)
})
afterEach(() => real.launcher.stop())

const page = async (path: string) =>
  (await (await fetch(`${String(real.place['bus_http_url'])}${path}`)).json()) as Record<string, unknown>

/** One message of a client, while nobody but the memory of the bus can take it. */
async function sendMessage(): Promise<void> {
  const { ARQONBUS_SERVER_PORT: port = '', ARQONBUS_AUTH_JWT_SECRET: secret = '' } = direct
  const connection = await open(`ws://127.0.0.1:${port}/`, bearer(tokensOf(secret).valid))
  const id = newMessageId()
  connection.send(
    toWire({
      id,
      timestamp: new Date(),
      type: 'message',
      room: 'ops',
      body: {
        ...emptyBusPayload,
        envelopeId: id,
        envelopeType: 'message',
        version: '1.0',
        channel: 'events',
        payload: { text: 'x' },
      },
    }),
  )
  await connection.next()
  connection.close()
}

/** Does something before saying that it is done. */
const doing = (what: () => Promise<void>): Person => ({
  ...agreeable,
  async line(question, signal) {
    await what()
    return agreeable.line(question, signal)
  },
})

const startWith = async (environment: Readonly<Record<string, string>>): Promise<void> => {
  writeEnvironmentFile(real.launcher.environmentFile, environment)
  expect(ending(await real.run('arqonbus/start', real.place))).toBe('completed')
}
const failover = (person: Person) => real.run('arqonbus/datastore-failover', real.place, person)

describe('a failover of the datastores', () => {
  it('is asked for where the address leads to a replica and a standby, which are reachable as well', async () => {
    const { redis, postgres } = real.deployment.servers
    await startWith(moving)
    addresses.hotStore!.pointAt(replica.port)
    addresses.postgres!.pointAt(standby.port)
    const run = await failover(
      doing(async () => {
        addresses.hotStore!.pointAt(redis.port)
        addresses.postgres!.pointAt(postgres.port)
      }),
    )
    expect(run.steps.get('seen')?.facts).toMatchObject({
      red: ['arqonbus/datastores/hot-store', 'arqonbus/datastores/postgres'],
    })
    expect(ending(run)).toBe('completed-with-manual')
  })

  it('is followed when the primaries are gone: what was stored is there, and a bus that fell back stores again', async () => {
    const { redis, postgres } = real.deployment.servers
    await startWith(direct)
    const before = real.launcher.pid()
    await redis.administer('SET', 'kept', 'before the failover')
    await postgres.administer(`SET ROLE ${postgres.user}; CREATE TABLE kept AS SELECT 'before the failover' AS what`)
    await expect.poll(() => replica.administer('GET', 'kept'), { timeout: 30_000 }).toBe('before the failover')
    await expect
      .poll(() => standby.query("SELECT to_regclass('kept') IS NOT NULL AS there"), { timeout: 30_000 })
      .toEqual([{ there: true }])
    await redis.stop()
    await postgres.stop()
    await sendMessage()
    await expect
      .poll(() => page('/storage/stats'), { timeout: 30_000 })
      .toMatchObject({ redis_available: true, stats: { degraded_mode_active: true, fallback_operations: 1 } })
    writeEnvironmentFile(real.launcher.environmentFile, moving)

    const run = await failover(
      doing(async () => {
        await replica.administer('REPLICAOF', 'NO', 'ONE')
        await standby.promote()
        addresses.hotStore!.pointAt(replica.port)
        addresses.postgres!.pointAt(standby.port)
      }),
    )
    expect(ending(run)).toBe('completed-with-manual')
    expect(run.steps.get('seen')?.facts).toMatchObject({
      red: ['arqonbus/datastores/hot-store', 'arqonbus/datastores/postgres'],
    })
    expect(run.steps.get('hot-store')?.facts).toMatchObject({ role: 'master', canStream: true })
    expect(run.steps.get('postgres')?.facts).toMatchObject({ inRecovery: false, readOnly: false })
    expect(run.steps.get('fallen-back')?.outputs).toEqual({ is_degraded: true })
    expect(run.steps.get('restart/start/start')?.state).toBe('verified')
    expect(real.launcher.pid()).not.toBe(before)
    expect(await replica.administer('GET', 'kept')).toBe('before the failover')
    expect(await standby.query('SELECT what FROM kept')).toEqual([{ what: 'before the failover' }])
    expect(await page('/status')).toMatchObject({ status: 'healthy', storage: true })

    const restarted = real.launcher.pid()
    const undone = await real.undo(run)
    expect(ending(undone)).toBe('undone')
    expect(undone.message).toContain('failover (it has no undo)')
    expect(real.launcher.pid()).toBeGreaterThan(1)
    expect(real.launcher.pid()).not.toBe(restarted)
    expect(await page('/status')).toMatchObject({ status: 'healthy', storage: true })
  })
})
