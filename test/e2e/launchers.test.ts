import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromBus } from '../../sandbox/arqonbus/bus-envelope.js'
import { type Bus, startBus } from '../../sandbox/arqonbus/bus.js'
import { type LauncherShape, launcherShapes } from '../../sandbox/arqonbus/recorded-page.js'
import type { Deployment } from '../../sandbox/deployment.js'
import { freePort } from '../../sandbox/process/free-port.js'
import type { statuses } from '../../src/base/vocabulary.js'
import { startHttpPeer } from '../peers/http-peer.js'
import { capturedRun, type CapturedRun } from './captured-run.js'
import { startTestDeployment } from '../servers/cluster-template.js'

let deployment: Deployment
beforeAll(async () => {
  deployment = await startTestDeployment({ withGates: false })
})
afterAll(() => deployment.stop())

const memory = {
  ARQONBUS_STORAGE_BACKEND: 'memory',
  ARQONBUS_STORAGE_MODE: 'degraded',
  ARQONBUS_REQUIRE_DUAL_DATA_STACK: 'true',
}
const backends: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['redis_streams', { ARQONBUS_STORAGE_BACKEND: 'redis_streams' }],
  ['valkey', { ARQONBUS_STORAGE_BACKEND: 'valkey' }],
  ['postgres', { ARQONBUS_STORAGE_BACKEND: 'postgres' }],
  ['memory', memory],
]

/**
 * The runtime and datastore checks of a bus that runs with some changes, in an environment that has others; all of its
 * own ports.
 */
async function judged(
  shape: LauncherShape,
  runs: Readonly<Record<string, string>>,
  says = runs,
  happens?: (bus: Bus) => Promise<unknown>,
): Promise<CapturedRun> {
  const ports = { ARQONBUS_SERVER_PORT: String(await freePort()), ARQONBUS_TELEMETRY_PORT: String(await freePort()) }
  const bus = await startBus(
    { ...deployment.environment, ...ports, ...runs },
    { folder: join(deployment.folder, 'launched'), shape },
  )
  try {
    await happens?.(bus)
    return await capturedRun({
      environment: { ...deployment.environment, ...ports, ...says },
      inputs: {
        ...deployment.inputs,
        'arqonbus.bus_url': `ws://127.0.0.1:${bus.webSocket.port}/`,
        'arqonbus.bus_http_url': `http://127.0.0.1:${bus.http.port}`,
        'arqonbus.telemetry_url': `ws://127.0.0.1:${bus.telemetry.port}/`,
      },
      selectors: ['arqonbus/runtime', 'arqonbus/datastores', 'arqonbus/config'],
    })
  } finally {
    await bus.stop()
  }
}

function messagesOf({ document }: CapturedRun, status: (typeof statuses)[number]): Record<string, string> {
  return Object.fromEntries(
    document.checks
      .filter((check) => check.status === status)
      .map((check) => [check.id.replace('arqonbus/runtime/', ''), check.message]),
  )
}

const red = (run: CapturedRun): object => ({
  ...messagesOf(run, 'fail'),
  ...messagesOf(run, 'error'),
  ...messagesOf(run, 'timeout'),
  ...messagesOf(run, 'blocked'),
})

describe.each(launcherShapes)('a launcher that hands over: %s', (shape) => {
  it.each(backends)('is a go on %s, and what cannot be seen is reported', async (_, backend) => {
    const run = await judged(shape, backend)
    expect(red(run)).toEqual({})
    expect(run.exitCode).toBe(0)
    const unseen = messagesOf(run, 'not-applicable')
    if (shape === 'storage-object')
      expect(
        Object.keys(unseen).filter((id) => !['message-history', 'arqonbus/config/persistence'].includes(id)),
      ).toEqual(['arqonbus/datastores/ollama', 'prometheus-page', 'client-tls'])
    expect('message-history' in unseen).toBe(backend['ARQONBUS_STORAGE_BACKEND'] !== 'postgres')
    if (shape === 'bare-backend')
      expect(unseen['storage']).toMatch(/bare storage backend.*it is unknown.*\(status 500\)$/)
    if (shape === 'nothing') {
      expect(unseen['storage']).toMatch(/no storage.*it is unknown.*\(status 503\)$/)
      expect(unseen['status']).toMatch(/nothing about its storage$/)
      expect(unseen['configuration-matches']).toMatch(/it is unknown where .*; .*telemetry .* matches/)
    }
  })
})

describe('another configuration than the environment says', () => {
  const another = { ARQONBUS_STORAGE_BACKEND: 'redis_streams' }

  it('is seen behind the bare backend by its client', async () => {
    expect(red(await judged('bare-backend', memory, another))).toEqual({
      'configuration-matches': 'the environment says redis_streams, but the running bus calls its storage memory',
    })
    expect(
      messagesOf(
        await judged('bare-backend', { ARQONBUS_STORAGE_BACKEND: 'valkey' }, { ARQONBUS_STORAGE_BACKEND: 'postgres' }),
        'fail',
      ),
    ).toEqual({
      'configuration-matches': 'the environment says postgres, but the running bus calls its storage redis_streams',
    })
  })

  it.each(launcherShapes)('is seen of telemetry, whatever the launcher hands over (%s)', async (shape) => {
    const run = await judged(shape, another, { ...another, ARQONBUS_TELEMETRY_PORT: '18081' })
    expect(messagesOf(run, 'fail')['configuration-matches']).toMatch(
      /^the environment says telemetry 127\.0\.0\.1:18081, but the running bus has it on 127\.0\.0\.1:\d+$/,
    )
  })

  it('is reported with both sides and without a password: another database', async () => {
    const { redis } = deployment.servers
    const run = await judged('storage-object', { ARQONBUS_VALKEY_URL: redis.url.replace(/\/0$/, '/7') }, {})
    expect(red(run)).toEqual({
      'configuration-matches': `the environment names the hot store 127.0.0.1:${redis.port}/0, but the running bus uses 127.0.0.1:${redis.port}/7`,
    })
    expect(run.report + run.view + JSON.stringify(run.document)).not.toContain(redis.password)
  })

  it('is reported with both sides: degraded against strict', async () => {
    expect(red(await judged('storage-object', { ARQONBUS_STORAGE_MODE: 'degraded' }, {}))).toEqual({
      'configuration-matches': 'the environment says storage mode strict, but the running bus is in degraded',
    })
  })
})

describe('a bus that fell back', () => {
  const degraded = { ARQONBUS_STORAGE_MODE: 'degraded' }
  const append = async (bus: Bus): Promise<void> => bus.store.append(fromBus('message', { payload: { text: 'x' } }))

  it('is red by its storage with Redis back, though it calls itself healthy', async () => {
    const { redis } = deployment.servers
    const run = await judged('storage-object', degraded, degraded, async (bus) => {
      await redis.stop()
      await append(bus)
      await append(bus)
      await redis.restart()
    })
    await deployment.settle()
    expect(red(run)).toMatchObject({
      storage: expect.stringMatching(/degraded mode.*; 2 operations went to memory/) as string,
    })
    expect(Object.keys(red(run)).sort()).toEqual(['room-message', 'status', 'storage'])
  })

  it('is red on Postgres as well', async () => {
    const postgres = { ...degraded, ARQONBUS_STORAGE_BACKEND: 'postgres' }
    const run = await judged('storage-object', postgres, postgres, async (bus) => {
      await deployment.servers.postgres.stop()
      await append(bus)
      await deployment.servers.postgres.restart()
    })
    await deployment.settle()
    expect(red(run)).toMatchObject({
      storage: expect.stringMatching(/degraded mode.*; 1 operations went to memory/) as string,
    })
  })
})

describe('a stranger in the place of the pages', () => {
  const pages = ['health', 'storage', 'status', 'version', 'metrics', 'configuration-matches']

  it.each<[string, RequestListener]>([
    [
      'a server that is content with everything',
      (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":1}'),
    ],
    [
      'a login page',
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>'),
    ],
    [
      'a server that fails at everything',
      (_request, response) =>
        response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"internal"}'),
    ],
    [
      'a server that is not available',
      (_request, response) =>
        response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":"unavailable"}'),
    ],
  ])('%s makes no check green, each alone', async (_, listener) => {
    const stranger = await startHttpPeer(listener)
    try {
      for (const page of pages) {
        const run = await capturedRun({
          environment: deployment.environment,
          inputs: { ...deployment.inputs, 'arqonbus.bus_http_url': stranger.url },
          selectors: [`arqonbus/runtime/${page}`],
        })
        expect([page, run.document.checks.map(({ status }) => status)]).toEqual([
          page,
          [page === 'version' ? 'warn' : 'fail'],
        ])
      }
    } finally {
      await stranger.stop()
    }
  })

  it('statistics that fail for a reason of their own excuse nothing', async () => {
    const stranger = await startHttpPeer((request, response) =>
      request.url === '/storage/stats'
        ? response
            .writeHead(500, { 'content-type': 'application/json' })
            .end('{"error":"Failed to get storage stats","details":"Object of type datetime is not JSON serializable"}')
        : response
            .writeHead(200, { 'content-type': 'application/json' })
            .end('{"storage":{"type":"memory","available":true}}'),
    )
    try {
      const run = await capturedRun({
        environment: deployment.environment,
        inputs: { ...deployment.inputs, 'arqonbus.bus_http_url': stranger.url },
        selectors: ['arqonbus/runtime/storage'],
      })
      expect(messagesOf(run, 'fail')['storage']).toMatch(/^no statistics to read \(status 500/)
    } finally {
      await stranger.stop()
    }
  })
})

describe('a user of the hot store', () => {
  /** A run with a user of its own, whose rights these are. */
  async function asUser(...rules: readonly string[]): Promise<CapturedRun> {
    const { redis } = deployment.servers
    await redis.administer('ACL', 'SETUSER', 'bus', 'reset', 'on', `>${redis.password}`, '&*', ...rules)
    const own = { ARQONBUS_VALKEY_URL: redis.url.replace('redis://:', 'redis://bus:') }
    try {
      return await judged('storage-object', own)
    } finally {
      await redis.administer('ACL', 'DELUSER', 'bus')
    }
  }

  it.each([
    ['who may not ask for INFO', ['~*', '+@all', '-@dangerous']],
    ["who may touch the bus's own keys alone", ['~arqonbus:*', '+@all']],
    ['who may do both alone', ['~arqonbus:*', '+@all', '-@dangerous']],
  ])('%s is right', async (_, rules) => {
    const run = await asUser(...rules)
    expect(red(run)).toEqual({})
    expect(run.exitCode).toBe(0)
  })

  it.each([
    ['EXPIRE', '-expire'],
    ['XADD', '-xadd'],
  ])('who may not %s is not', async (_, rule) => {
    expect(Object.keys(red(await asUser('~arqonbus:*', '+@all', rule)))).toContain('arqonbus/datastores/hot-store')
  })

  it('needs no PEXPIRE, which the bus never sends', async () => {
    expect(red(await asUser('~arqonbus:*', '+@all', '-pexpire'))).toEqual({})
  })
})
