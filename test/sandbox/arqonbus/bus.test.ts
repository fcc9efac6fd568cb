import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Bus, BusRefusedToStart, startBus } from '../../../sandbox/arqonbus/bus.js'
import { fromBus, fromWire, newMessageId, toWire } from '../../../sandbox/arqonbus/bus-envelope.js'
import type { BusMisbehaviour } from '../../../sandbox/arqonbus/misbehaviour.js'
import type { LauncherShape } from '../../../sandbox/arqonbus/recorded-page.js'
import { freePort } from '../../../sandbox/process/free-port.js'
import { emptyBusPayload } from '../../../sandbox/protobuf/bus-payload.js'
import type { JsonObject } from '../../../sandbox/protobuf/struct.js'
import { randomSecret } from '../../../sandbox/random-secret.js'
import { type RedisServer, startRedis } from '../../../sandbox/servers/redis.js'
import { open, type RawConnection, upgrade } from '../raw-websocket.js'
import { bearer, tokensOf } from '../tokens.js'

const secret = randomSecret()
const tokens = tokensOf(secret)
let folder = ''
let redis: RedisServer
let bus: Bus
let environment: Record<string, string>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-test-'))
  redis = await startRedis(join(folder, 'redis'))
  environment = {
    ARQONBUS_ENVIRONMENT: 'prod',
    ARQONBUS_SERVER_HOST: '127.0.0.1',
    ARQONBUS_SERVER_PORT: String(await freePort()),
    ARQONBUS_TELEMETRY_HOST: '127.0.0.1',
    ARQONBUS_TELEMETRY_PORT: String(await freePort()),
    ARQONBUS_STORAGE_MODE: 'strict',
    ARQONBUS_STORAGE_BACKEND: 'redis_streams',
    ARQONBUS_VALKEY_URL: redis.url,
    ARQONBUS_ENABLE_PERSISTENCE: 'true',
    ARQONBUS_REQUIRE_DUAL_DATA_STACK: 'false',
    ARQONBUS_ENABLE_AUTH: 'true',
    ARQONBUS_AUTH_JWT_SECRET: secret,
  }
  bus = await startBus(environment, { folder, apiKey: 'k' })
})
afterEach(() => {
  bus.behave()
  bus.adopt(environment)
})
afterAll(async () => {
  await bus.stop()
  await redis.stop()
  rmSync(folder, { recursive: true })
})

const webSocketUrl = (): string => `ws://127.0.0.1:${bus.webSocket.port}/`
const telemetryUrl = (): string => `ws://127.0.0.1:${bus.telemetry.port}/`
const connect = (): Promise<RawConnection> => open(webSocketUrl(), bearer(tokens.valid))

async function page(
  path: string,
  options: RequestInit = {},
): Promise<{ readonly status: number; readonly text: string; readonly json: () => Record<string, unknown> }> {
  const response = await fetch(`http://127.0.0.1:${bus.http.port}${path}`, { redirect: 'manual', ...options })
  const text = await response.text()
  return { status: response.status, text, json: () => JSON.parse(text) as Record<string, unknown> }
}

async function isLetIn(headers: Record<string, string>, query = ''): Promise<boolean> {
  const { connection } = await upgrade(webSocketUrl() + query, headers)
  connection?.close()
  return connection !== undefined
}

function command(name: string, args: JsonObject = {}): Buffer {
  const id = newMessageId()
  return toWire({
    id,
    timestamp: new Date(),
    type: 'command',
    room: '',
    body: { ...emptyBusPayload, envelopeId: id, envelopeType: 'command', version: '1.0', command: name, args },
  })
}

function message(id: string, text: string, { room = 'ops', channel = 'events' } = {}): Buffer {
  const body = {
    ...emptyBusPayload,
    envelopeId: id,
    envelopeType: 'message',
    version: '1.0',
    channel,
    payload: { text },
  }
  return toWire({ id, timestamp: new Date(), type: 'message', room, body })
}

const answerOf = async (connection: RawConnection) => fromWire((await connection.next())?.data ?? Buffer.alloc(0))

it('does not start where the real one refuses to', async () => {
  await expect(startBus({ ...environment, ARQONBUS_INFRA_PROTOCOL: 'json' }, { folder })).rejects.toBeInstanceOf(
    BusRefusedToStart,
  )
})

describe('the upgrade', () => {
  it('is refused without a token, for the stated reason', async () => {
    const { refusal } = await upgrade(webSocketUrl())
    expect(refusal?.status).toBe(401)
    expect(refusal?.headers['www-authenticate']).toBe('Bearer realm="arqonbus"')
    expect(JSON.parse(refusal?.body ?? '')).toEqual({ error: 'Unauthorized', details: 'Missing bearer token' })
  })

  it.each(['expired', 'forged', 'unsigned'] as const)('is refused with a token that is %s', async (kind) => {
    const { refusal } = await upgrade(webSocketUrl(), bearer(tokens[kind]))
    expect(refusal?.status).toBe(401)
    expect(JSON.parse(refusal?.body ?? '')).toEqual({ error: 'Unauthorized', details: 'Invalid token' })
  })

  it('takes the token from the header in any case of bearer, and from three query parameters', async () => {
    expect(await isLetIn({ authorization: `bEaReR  ${tokens.valid} ` })).toBe(true)
    for (const name of ['token', 'access_token', 'auth_token'])
      expect(await isLetIn({}, `?${name}=${tokens.valid}`)).toBe(true)
    expect(await isLetIn({ authorization: `Basic ${tokens.valid}` })).toBe(false)
  })

  it.each<[string, Partial<BusMisbehaviour>, Record<string, string>]>([
    ['without authentication', { authentication: 'off' }, {}],
    ['accepting unsigned tokens', { acceptsUnsigned: true }, bearer(tokens.unsigned)],
    ['accepting expired tokens', { acceptsExpired: true }, bearer(tokens.expired)],
    ['accepting forged tokens', { acceptsForged: true }, bearer(tokens.forged)],
  ])('lets in %s', async (_what, misbehaviour, headers) => {
    expect(await isLetIn(headers)).toBe(false)
    Object.assign(bus.misbehaviour, misbehaviour)
    expect(await isLetIn(headers)).toBe(true)
  })

  it.each([
    [403, 403],
    [500, 500],
    ['redirect', 302],
  ] as const)('answers %s to everybody', async (authentication, status) => {
    bus.misbehaviour.authentication = authentication
    expect((await upgrade(webSocketUrl(), bearer(tokens.valid))).refusal?.status).toBe(status)
  })

  it('is never answered by a bus that hangs', async () => {
    bus.misbehaviour.webSocket = 'no-upgrade'
    await expect(upgrade(webSocketUrl(), bearer(tokens.valid), 200)).rejects.toThrow(/timed out/)
  })

  it('follows the secret of an adopted environment', async () => {
    bus.adopt({ ...environment, ARQONBUS_AUTH_JWT_SECRET: 'another' })
    expect(await isLetIn(bearer(tokens.valid))).toBe(false)
    expect(await isLetIn(bearer(tokensOf('another').valid))).toBe(true)
  })
})

describe('a connection', () => {
  it('is welcomed in binary', async () => {
    const connection = await connect()
    const frame = await connection.next()
    const welcome = fromWire(frame?.data ?? Buffer.alloc(0))
    expect(frame?.isBinary).toBe(true)
    expect(welcome).toMatchObject({
      type: 'message',
      body: { sender: 'arqonbus', payload: { welcome: 'Connected to ArqonBus' } },
    })
    expect(welcome.body.payload['client_id']).toMatch(/^arq_client_[0-9a-f]{32}$/)
    expect(welcome.id).toMatch(/^arq_\d+_\d+_[0-9a-f]{6}$/)
    connection.close()
  })

  it('answers a ping command', async () => {
    const connection = await connect()
    await connection.next()
    connection.send(command('ping'))
    const answer = fromWire((await connection.next())?.data ?? Buffer.alloc(0))
    expect(answer).toMatchObject({ type: 'response', body: { status: 'success', payload: { message: 'pong' } } })
    connection.close()
  })

  it('refuses JSON for the stated reason', async () => {
    const connection = await connect()
    await connection.next()
    connection.send('{"type":"command"}')
    expect(JSON.parse((await connection.next())?.data.toString() ?? '')).toMatchObject({
      type: 'error',
      error_code: 'INFRA_PROTOCOL_ERROR',
      payload: { required_protocol: 'protobuf' },
    })
    connection.close()
  })

  it('answers bytes that are not an envelope with a validation error', async () => {
    const connection = await connect()
    await connection.next()
    connection.send(Buffer.from('ffff', 'hex'))
    expect(fromWire((await connection.next())?.data ?? Buffer.alloc(0))).toMatchObject({
      type: 'error',
      body: { errorCode: 'VALIDATION_ERROR' },
    })
    connection.close()
  })

  it('keeps its messages in the hot store', async () => {
    const connection = await connect()
    await connection.next()
    const id = newMessageId()
    connection.send(message(id, 'kept'))
    connection.send(command('ping'))
    await connection.next()
    const entries = await redis.administer('XREVRANGE', 'arqonbus:messages', '+', '-', 'COUNT', 1)
    expect(JSON.stringify(entries)).toContain(id)
    connection.close()
  })

  it('can take JSON against its configuration, or refuse it for another reason', async () => {
    bus.misbehaviour.acceptsJson = true
    const connection = await connect()
    expect(JSON.parse((await connection.next())?.data.toString() ?? '')).toMatchObject({
      type: 'message',
      payload: { welcome: 'Connected to ArqonBus' },
    })
    const ping = JSON.stringify({
      id: newMessageId(),
      timestamp: new Date().toISOString(),
      type: 'command',
      version: '1.0',
      command: 'ping',
    })
    connection.send(ping)
    expect(JSON.parse((await connection.next())?.data.toString() ?? '')).toMatchObject({
      type: 'response',
      status: 'success',
    })
    expect(JSON.parse((await connection.next())?.data.toString() ?? '')).toMatchObject({ type: 'command_response' })
    bus.behave()
    bus.misbehaviour.refusesJsonForAnotherReason = true
    connection.send(ping)
    expect(JSON.parse((await connection.next())?.data.toString() ?? '')).toMatchObject({ error_code: 'RATE_LIMITED' })
    connection.close()
  })

  it('can say nothing at all, or hang up', async () => {
    bus.misbehaviour.webSocket = 'no-frames'
    const silent = await connect()
    expect(await silent.next(200)).toBeUndefined()
    silent.close()
    bus.misbehaviour.webSocket = 'closes'
    const closed = await connect()
    expect(await closed.next(200)).toBeUndefined()
  })

  it('blocks a probable secret when inspection enforces', async () => {
    bus.adopt({ ...environment, ARQONBUS_CASIL_ENABLED: 'true', ARQONBUS_CASIL_MODE: 'enforce' })
    const connection = await connect()
    await connection.next()
    const id = newMessageId()
    connection.send(message(id, 'password=correcthorse'))
    expect(fromWire((await connection.next())?.data ?? Buffer.alloc(0)).body.errorCode).toBe(
      'CASIL_POLICY_BLOCKED_SECRET',
    )
    connection.close()
  })

  it('is welcomed in JSON where JSON is allowed', async () => {
    bus.adopt({ ...environment, ARQONBUS_ALLOW_JSON_INFRA: 'true' })
    const connection = await connect()
    expect(JSON.parse((await connection.next())?.data.toString() ?? '')).toMatchObject({
      type: 'message',
      sender: 'arqonbus',
      payload: { welcome: 'Connected to ArqonBus' },
    })
    connection.close()
  })
})

describe('a room', () => {
  /** Sends a message and asks for the history of its room: what came back for each. */
  async function through(room: string, { channel = '' } = {}) {
    const connection = await connect()
    const welcome = await answerOf(connection)
    const id = newMessageId()
    connection.send(message(id, 'hello', { room }))
    const acknowledgement = bus.misbehaviour.rooms === 'unanswered' ? undefined : await answerOf(connection)
    connection.send(command('op.history.get', { room, limit: 10, ...(channel === '' ? {} : { channel }) }))
    const history = (await answerOf(connection)).body.payload['data']
    connection.close()
    return { id, client: welcome.body.payload['client_id'], acknowledgement, history }
  }

  it('gives its sender the message back as an acknowledgement, and shows it in the history', async () => {
    const { id, client, acknowledgement, history } = await through('first')
    expect(acknowledgement).toMatchObject({
      id,
      type: 'message_response',
      room: '',
      body: { sender: 'arqonbus', payload: { text: 'hello' } },
    })
    expect(history).toMatchObject({
      count: 1,
      entries: [
        {
          envelope: {
            id,
            type: 'message',
            room: 'first',
            channel: 'events',
            sender: client,
            payload: { text: 'hello' },
          },
        },
      ],
    })
  })

  it('has no history by its channel, since the hot store writes no such stream', async () => {
    expect((await through('second', { channel: 'events' })).history).toMatchObject({ count: 0 })
  })

  it('acknowledges a message without a channel, and keeps it nowhere', async () => {
    const connection = await connect()
    await connection.next()
    const id = newMessageId()
    connection.send(message(id, 'lost', { room: 'third', channel: '' }))
    expect(await answerOf(connection)).toMatchObject({ id, type: 'message_response' })
    connection.send(command('op.history.get', { room: 'third' }))
    expect((await answerOf(connection)).body.payload['data']).toMatchObject({ count: 0 })
    connection.close()
  })

  it('is asked for by all but admins, who alone see every room', async () => {
    const connection = await connect()
    await connection.next()
    connection.send(command('op.history.get'))
    expect((await answerOf(connection)).body).toMatchObject({ status: 'error', errorCode: 'AUTHORIZATION_ERROR' })
    connection.close()
  })

  it.each<[BusMisbehaviour['rooms'], unknown]>([
    ['unanswered', { count: 1 }],
    ['unkept', { count: 0 }],
    ['another-room', { count: 0 }],
    ['altered', { count: 1, entries: [{ envelope: { payload: { content: 'altered' } } }] }],
    ['without-content', { count: 1, entries: [{ envelope: { id: '', payload: {} } }] }],
  ])('can be %s', async (rooms, history) => {
    bus.misbehaviour.rooms = rooms
    expect((await through(`room-${rooms}`)).history).toMatchObject(history as object)
  })
})

describe('the pages', () => {
  it('say what the contract says', async () => {
    expect((await page('/health')).json()).toMatchObject({ status: 'healthy', service: 'arqonbus' })
    expect((await page('/status')).json()).toMatchObject({
      status: 'healthy',
      storage: true,
      endpoints: { http: true, websocket: true, storage: true, telemetry: true },
    })
    expect((await page('/version')).json()).toMatchObject({ service: 'arqonbus', version: '1.0.0' })
    expect((await page('/metrics')).json()).toMatchObject({ system: { active_connections: 0 } })
    expect((await page('/metrics/prometheus')).status).toBe(500)
    expect((await page('/storage/stats')).json()).toMatchObject({
      backend_type: 'redis_streams',
      storage_mode: 'strict',
      redis_available: true,
      configuration: { redis_url: redis.url },
      stats: { fallback_operations: 0, degraded_mode_active: false },
    })
    expect((await page('/system/config')).json()).toMatchObject({
      storage: { type: 'memory', available: true },
      telemetry: { enabled: true, host: '127.0.0.1', port: bus.telemetry.port },
    })
    expect((await page('/nowhere')).status).toBe(404)
  })

  it('guard the admin endpoints, and log who used them', async () => {
    expect((await page('/admin/restart', { method: 'POST' })).status).toBe(401)
    expect((await page('/admin/restart', { method: 'POST', headers: { 'X-API-Key': 'k' } })).status).toBe(200)
    expect(readFileSync(bus.logFile, 'utf8')).toMatch(/- arqonbus - WARNING - \/admin\/restart was called$/m)
  })

  it('report a hot store that is away', async () => {
    await redis.stop()
    expect((await page('/health')).json()).toMatchObject({ status: 'healthy' })
    const status = await page('/status')
    expect(status.status).toBe(200)
    expect(status.json()).toMatchObject({ status: 'healthy', storage: false })
    expect((await page('/storage/stats')).json()).toMatchObject({
      redis_available: true,
      stats: { degraded_mode_active: false },
    })
    await redis.restart()
    while (!(await bus.store.isHealthy())) await new Promise((resolve) => setTimeout(resolve, 20))
  })

  it.each<[string, Partial<BusMisbehaviour>, string, number, RegExp]>([
    ['unhealthy', { health: 'unhealthy' }, '/health', 200, /"status":"unhealthy"/],
    ['a login page', { health: 'html' }, '/health', 200, /<!doctype html>/],
    ['nothing', { health: 'empty' }, '/health', 200, /^$/],
    ['a redirect', { health: 'redirect' }, '/health', 302, /^$/],
    ['an error', { health: 'error' }, '/health', 500, /error/],
    ['degraded with 200', { status: 'degraded' }, '/status', 200, /"status":"degraded".*"storage":true/],
    ['healthy without storage', { status: 'storage-false' }, '/status', 200, /"status":"healthy".*"storage":false/],
    [
      'an unhealthy storage',
      { status: 'storage-unhealthy' },
      '/status',
      200,
      /"status":"degraded".*"storage":\{"status":"unhealthy"/,
    ],
    [
      'a storage of another version',
      { status: 'storage-health-false' },
      '/status',
      200,
      /"storage":\{"health":false\}/,
    ],
    ['degraded stats', { storageStats: 'degraded' }, '/storage/stats', 200, /"degraded_mode_active":true/],
    ['what no bus says', { storageStats: 'stranger' }, '/storage/stats', 200, /^\{"ok":1\}$/],
    ['no stats', { storageStats: 'missing' }, '/storage/stats', 404, /not found/],
    ['no version', { version: 'missing' }, '/version', 404, /not found/],
    ['an empty version', { version: 'empty' }, '/version', 200, /"version":""/],
    ['metrics cut off', { metrics: 'garbage' }, '/metrics', 200, /^\{"system": \{"uptime_seconds": 1$/],
    ['metrics below zero', { metrics: 'negative' }, '/metrics', 200, /"uptime_seconds":-1/],
    ['metrics of a stranger', { metrics: 'stranger' }, '/metrics', 200, /^\{"ok":1\}$/],
  ])('can answer %s', async (_what, misbehaviour, path, status, body) => {
    Object.assign(bus.misbehaviour, misbehaviour)
    const answer = await page(path)
    expect(answer.status).toBe(status)
    expect(answer.text).toMatch(body)
  })

  it.each([
    ['silent', 'health', '/health'],
    ['silent', 'status', '/status'],
    ['endless', 'health', '/health'],
  ] as const)('can be %s in %s', async (how, which, path) => {
    Object.assign(bus.misbehaviour, { [which]: how })
    await expect(page(path, { signal: AbortSignal.timeout(300) })).rejects.toThrow(/abort|timeout/i)
  })
})

describe('telemetry', () => {
  it('greets anybody and answers a ping', async () => {
    const connection = await open(telemetryUrl())
    expect(JSON.parse((await connection.next())?.data.toString() ?? '')).toMatchObject({
      event_type: 'telemetry_connected',
    })
    connection.send('{"type":"ping"}')
    expect(JSON.parse((await connection.next())?.data.toString() ?? '')).toMatchObject({ type: 'pong' })
    connection.close()
  })

  it('can be silent, full, hanging or away', async () => {
    bus.misbehaviour.telemetry = 'silent'
    const silent = await open(telemetryUrl())
    expect(await silent.next(200)).toBeUndefined()
    silent.close()
    bus.misbehaviour.telemetry = 'refuses'
    expect((await upgrade(telemetryUrl())).refusal?.status).toBe(503)
    bus.misbehaviour.telemetry = 'no-upgrade'
    await expect(upgrade(telemetryUrl(), {}, 200)).rejects.toThrow(/timed out/)
    await bus.telemetry.close()
    await expect(upgrade(telemetryUrl())).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    bus.behave()
    await bus.telemetry.open()
    ;(await open(telemetryUrl())).close()
  })
})

/** Another bus of the same environment but for this, as long as it is looked at. */
async function withBus(
  changes: Record<string, string>,
  shape: LauncherShape,
  look: (
    page: (path: string) => Promise<{ readonly status: number; readonly json: Record<string, unknown> }>,
    other: Bus,
  ) => Promise<void>,
): Promise<void> {
  const ports = { ARQONBUS_SERVER_PORT: String(await freePort()), ARQONBUS_TELEMETRY_PORT: String(await freePort()) }
  const other = await startBus({ ...environment, ...ports, ...changes }, { folder, shape })
  try {
    await look(async (path) => {
      const response = await fetch(`http://127.0.0.1:${other.http.port}${path}`)
      return { status: response.status, json: (await response.json()) as Record<string, unknown> }
    }, other)
  } finally {
    await other.stop()
  }
}

describe('in degraded mode', () => {
  const degraded = { ARQONBUS_STORAGE_MODE: 'degraded' }

  it('it does not start without its datastore either', async () => {
    await expect(
      withBus(
        { ...degraded, ARQONBUS_VALKEY_URL: `redis://127.0.0.1:${await freePort()}/0` },
        'storage-object',
        async () => undefined,
      ),
    ).rejects.toThrow()
  })

  it('a hot store that was away leaves the ping true, and what was sent meanwhile in memory', async () => {
    await withBus(degraded, 'storage-object', async (pageOf, other) => {
      const length = async (): Promise<unknown> => redis.administer('XLEN', 'arqonbus:messages')
      await redis.stop()
      for (const text of ['one', 'two']) await other.store.append(fromBus('message', { payload: { text } }))
      expect((await pageOf('/status')).json).toMatchObject({ status: 'healthy', storage: true })
      await redis.restart()
      while (!(await bus.store.isHealthy())) await new Promise((resolve) => setTimeout(resolve, 20))
      const { json } = await pageOf('/storage/stats')
      expect(json).toMatchObject({
        redis_available: true,
        stats: { degraded_mode_active: true, fallback_operations: 2 },
      })
      expect(json).not.toHaveProperty('degraded_mode_active')
      expect(await length()).toBe(0)
    })
  })
})

it('stores nothing at all without ARQONBUS_ENABLE_PERSISTENCE', async () => {
  await withBus({ ARQONBUS_ENABLE_PERSISTENCE: '1' }, 'storage-object', async (_, other) => {
    const before = await redis.administer('XLEN', 'arqonbus:messages')
    const connection = await open(`ws://127.0.0.1:${other.webSocket.port}/`, bearer(tokens.valid))
    await connection.next()
    const id = newMessageId()
    connection.send(message(id, 'gone'))
    connection.send(command('ping'))
    await connection.next()
    connection.close()
    expect(await redis.administer('XLEN', 'arqonbus:messages')).toBe(before)
  })
})

describe('a launcher that hands over', () => {
  it('the bare backend shows it by its client, and has no statistics', async () => {
    await withBus({}, 'bare-backend', async (pageOf) => {
      expect(await pageOf('/storage/stats')).toMatchObject({
        status: 500,
        json: { error: expect.any(String) as string },
      })
      expect((await pageOf('/system/config')).json).toMatchObject({
        storage: { type: 'redis_streams', available: true },
      })
      expect((await pageOf('/status')).json).toMatchObject({ status: 'healthy', storage: true })
    })
  })

  it('nothing shows no storage anywhere', async () => {
    await withBus({}, 'nothing', async (pageOf) => {
      expect((await pageOf('/storage/stats')).status).toBe(503)
      expect((await pageOf('/system/config')).json).toMatchObject({ storage: { type: 'memory', available: false } })
      const { json } = await pageOf('/status')
      expect(json).toMatchObject({ status: 'healthy', endpoints: { storage: false } })
      expect(json).not.toHaveProperty('storage')
    })
  })

  it('memory has other statistics', async () => {
    await withBus(
      { ARQONBUS_STORAGE_BACKEND: 'memory', ARQONBUS_STORAGE_MODE: 'degraded' },
      'storage-object',
      async (pageOf) => {
        const { json } = await pageOf('/storage/stats')
        for (const name of ['redis_available', 'stats', 'configuration']) expect(json).not.toHaveProperty(name)
      },
    )
  })
})
