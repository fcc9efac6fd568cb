import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusals as busRefusals } from '../../../sandbox/arqonbus/refusals.js'
import type { Deployment } from '../../../sandbox/deployment.js'
import { faults } from '../../../sandbox/faults/catalogue.js'
import { changed } from '../../../sandbox/faults/fault-effect.js'
import type { Fault, FaultGroup } from '../../../sandbox/faults/fault.js'
import { refusals as shieldRefusals } from '../../../sandbox/shield/settings.js'
import { upgrade } from '../raw-websocket.js'
import { bearer, tokensOf } from '../tokens.js'
import { lookAt } from './observe-processes.js'
import { sendThroughSpine, shakeHands, writeToDurableStore, writeToHotStore } from './observe-servers.js'
import { startTestDeployment } from '../../servers/cluster-template.js'

let deployment: Deployment
beforeAll(async () => {
  deployment = await startTestDeployment()
})
afterAll(() => deployment.stop())

const of = (group: FaultGroup): readonly Fault[] => faults.filter((fault) => fault.group === group)

/** Breaks the deployment, looks, and mends it again whatever was seen. */
async function withFault<Seen>(
  fault: Fault,
  look: (environment: Record<string, string>, inputs: Record<string, string>) => Promise<Seen>,
): Promise<Seen> {
  const effect = await fault.apply(deployment)
  try {
    return await look(changed(deployment.environment, effect.environment), changed(deployment.inputs, effect.inputs))
  } finally {
    await effect.undo()
  }
}

describe('configuration', () => {
  /** Where the preflight is stricter than the bus and Shield themselves. */
  const startsAllTheSame = [
    'environment-unset',
    'environment-of-another-profile',
    'telemetry-host-unset',
    'infra-protocol-unset',
    'json-infra-unset',
    'auth-enabled-as-one',
    'auth-enabled-with-trailing-blank',
    'debug-on',
    'omega-on',
    'casil-patterns-unbounded',
    'casil-inspects-too-much',
    'casil-payload-unbounded',
    'unread-variable-set',
    'hot-store-url-hidden-by-empty',
    'dual-data-stack-yes',
    'nats-url-unset',
    'nats-url-credentials',
    'nats-password-from-an-example',
    'schema-strict-yes',
    'schema-strict-with-trailing-blank',
    'persistence-unset',
    'persistence-yes',
    'telemetry-yes',
    'compression-on',
    'casil-metadata-on',
    'template-not-rendered',
    'example-left-in',
    'postgres-backend-never-started',
    'hot-store-plain-and-remote',
    'postgres-plain-and-remote',
    'hot-store-ssl-switch-alone',
    'postgres-ssl-switch-alone',
    // These are read without a complaint; the bus ends when it begins to listen.
    'server-host-of-another-machine',
    'server-host-without-address',
    'telemetry-host-of-another-machine',
  ]

  it.each(of('configuration'))('$name changes what is read, and no more', async (fault) => {
    const effect = await fault.apply(deployment)
    const environment = changed(deployment.environment, effect.environment)
    const inputs = changed(deployment.inputs, effect.inputs)
    expect({ environment, inputs }).not.toEqual({ environment: deployment.environment, inputs: deployment.inputs })
    for (const [name, value] of Object.entries(effect.environment))
      expect(value).not.toBe(deployment.environment[name] ?? null)
    const refusals = [
      ...busRefusals(environment),
      ...shieldRefusals(environment, inputs['shield.shield_directory'] ?? ''),
    ]
    expect(
      refusals.length === 0,
      `\`startsAllTheSame\` in this file must have the faults with which no service refuses to start: ${refusals.join()}`,
    ).toBe(startsAllTheSame.includes(fault.name))
    await effect.undo()
  })
})

describe('secrets', () => {
  async function isTokenAccepted(urlInput: string, secret: string): Promise<boolean> {
    const { connection } = await upgrade(deployment.inputs[urlInput] ?? '', bearer(tokensOf(secret).valid))
    connection?.close()
    return connection !== undefined
  }

  it.each(of('secrets').filter((fault) => fault.caughtBy.includes('jwt-secret')))(
    '$name is what the running service signs with',
    async (fault) => {
      const [input, variable] = fault.caughtBy.startsWith('arqonbus')
        ? ['arqonbus.bus_url', 'ARQONBUS_AUTH_JWT_SECRET']
        : ['shield.shield_url', 'JWT_SECRET']
      await withFault(fault, async (environment) => {
        expect(await isTokenAccepted(input, environment[variable] ?? '')).toBe(true)
      })
      expect(await isTokenAccepted(input, deployment.environment[variable] ?? '')).toBe(true)
    },
  )

  it.each(of('secrets').filter((fault) => fault.caughtBy.includes('datastore')))(
    '$name works as a password',
    async (fault) => {
      await withFault(fault, async (environment) => {
        expect(environment).not.toEqual(deployment.environment)
        expect(await writeToHotStore(environment)).toBe('written')
        expect(await writeToDurableStore(environment)).toMatch(/^written/)
      })
    },
  )
})

const durable = 'written, 3 tables, 3 indexes'
const through = 'round with JetStream'

describe('servers', () => {
  const expected: Readonly<Record<string, RegExp>> = {
    'redis-down': /^ECONNREFUSED/,
    'redis-paused': /^silence$/,
    'redis-wrong-password': /WRONGPASS/,
    'redis-wrong-database': /DB index is out of range/,
    'redis-read-only-replica': /^READONLY/,
    'redis-loading': /^LOADING/,
    'redis-write-denied': /^NOPERM/,
    'redis-streams-denied': /^NOPERM/,
    'redis-expire-denied': /^NOPERM/,
    'redis-out-of-memory': /^OOM/,
    'redis-tls-untrusted': /^DEPTH_ZERO_SELF_SIGNED_CERT/,
    'redis-tls-demanded': /closed|ECONNRESET|EPIPE/i,
    'redis-evicts-streams': /^written$/,
    'redis-user-of-other-keys': /^NOPERM/,
    'redis-user-without-groups': /^NOPERM/,
    'redis-user-switched-off': /WRONGPASS/,
    'redis-takes-any-password': /^written$/,
    'redis-open-to-everybody': /^written$/,
    'postgres-down': /^ECONNREFUSED/,
    'postgres-paused': /^silence$/,
    'postgres-wrong-password': /^28P01/,
    'postgres-wrong-database': /^3D000/,
    'postgres-read-only': /^25006/,
    'postgres-in-recovery': /^25006/,
    'postgres-connect-denied': /^42501/,
    'postgres-connections-exhausted': /^53300/,
    'postgres-tls-expected': /does not support SSL/,
    'postgres-tls-demanded': /^28000/,
    'postgres-migration-missing': /^written, 0 tables, 0 indexes$/,
    'postgres-index-missing': /^written, 3 tables, 2 indexes$/,
    'postgres-nearly-full': /^written, 3 tables/,
    'nats-down': /ECONNREFUSED|refused/i,
    'nats-paused': /timeout|silence/i,
    'nats-password-demanded': /authorization violation/i,
    'nats-token-demanded': /authorization violation/i,
    'nats-publish-denied': /permissions violation for publish/i,
    'nats-subscribe-denied': /permissions violation for subscription/i,
    'nats-tls-demanded': /^(?!round).*/,
    'nats-tls-expected': /tls/i,
    'nats-without-jetstream': /^round without JetStream$/,
  }

  const inFront = (name: string): boolean => name === 'ollama-down' || name.startsWith('clients-')

  it.each(of('servers').filter((fault) => !inFront(fault.name)))(
    '$name is seen by a raw client, and gone after',
    async (fault) => {
      const look = fault.name.startsWith('redis')
        ? writeToHotStore
        : fault.name.startsWith('postgres')
          ? writeToDurableStore
          : sendThroughSpine
      const pattern = expected[fault.name]
      expect(pattern, '`expected` in this file must have what a raw client sees of the fault').toBeDefined()
      expect(await withFault(fault, (environment) => look(environment))).toMatch(pattern ?? /^$/)
      expect(await look(deployment.environment)).toBe(
        { redis: 'written', postgres: durable, nats: through }[fault.name.split('-')[0] ?? ''],
      )
    },
  )

  it.each([
    ['clients-without-tls', /^(?:ERR_SSL|ECONNRESET)/],
    ['clients-refuse-the-certificate', /^DEPTH_ZERO_SELF_SIGNED_CERT$/],
  ])('%s is seen by a raw TLS client', async (name, pattern) => {
    const fault = of('servers').find((each) => each.name === name)!
    const seen = withFault(fault, (_environment, inputs) => shakeHands(new URL(inputs['arqonbus.client_url']!)))
    expect(await seen).toMatch(pattern)
  })

  it('postgres-nearly-full leaves the role two connections', async () => {
    const fault = of('servers').find(({ name }) => name === 'postgres-nearly-full')
    const effect = await fault?.apply(deployment)
    const [row] = await deployment.servers.postgres.administer(
      "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int - (count(*)::int - 1) AS free FROM pg_stat_activity WHERE backend_type = 'client backend'",
    )
    await effect?.undo()
    expect(row).toEqual({ free: 2 })
  })

  it('redis-takes-any-password lets in a client with another one', async () => {
    const fault = of('servers').find(({ name }) => name === 'redis-takes-any-password')
    const another = {
      ...deployment.environment,
      ARQONBUS_VALKEY_URL: deployment.servers.redis.url.replace(deployment.servers.redis.password, 'another'),
    }
    expect(await writeToHotStore(another)).toMatch(/WRONGPASS/)
    const effect = await fault?.apply(deployment)
    expect(
      await writeToHotStore({ ...another, ARQONBUS_VALKEY_URL: another.ARQONBUS_VALKEY_URL.replace(':another@', '') }),
    ).toBe('written')
    await effect?.undo()
  })

  it('redis-evicts-streams may drop any key', async () => {
    const fault = of('servers').find(({ name }) => name === 'redis-evicts-streams')
    const effect = await fault?.apply(deployment)
    expect(await deployment.servers.redis.administer('CONFIG', 'GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'allkeys-lru',
    ])
    await effect?.undo()
    expect(await deployment.servers.redis.administer('CONFIG', 'GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'noeviction',
    ])
  })

  it('ollama-down points at a port where nothing listens', async () => {
    const effect = await of('servers')
      .find(({ name }) => name === 'ollama-down')
      ?.apply(deployment)
    expect(effect?.inputs['arqonbus.ollama_enabled']).toBe('true')
    await expect(fetch(effect?.inputs['arqonbus.ollama_url'] ?? '')).rejects.toThrow('fetch failed')
  })
})

describe('processes', () => {
  let healthy: Record<string, string>
  beforeAll(async () => {
    healthy = await lookAt(deployment)
  })

  it('look the same twice while nothing is broken', async () => {
    expect(await lookAt(deployment)).toEqual(healthy)
  })

  /** What they use up is counted below. */
  const limits = ['bus-connections-used-up', 'bus-above-its-memory-limit']

  it.each(of('processes').filter(({ name }) => !limits.includes(name)))(
    '$name shows, and is gone after',
    async (fault) => {
      expect(
        await withFault(fault, (_, inputs) => lookAt({ ...deployment, inputs, shield: deployment.shield })),
      ).not.toEqual(healthy)
      expect(await lookAt(deployment)).toEqual(healthy)
    },
  )

  it('bus-connections-used-up holds as many connections as the bus may have', async () => {
    const { port } = deployment.bus.webSocket
    while (establishedAt(port) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    const effect = await of('processes')
      .find(({ name }) => name === 'bus-connections-used-up')
      ?.apply(deployment)
    const most = Number(effect?.environment['ARQONBUS_MAX_CONNECTIONS'])
    expect(most).toBeGreaterThan(0)
    expect(establishedAt(port)).toBe(most)
    await effect?.undo()
    while (establishedAt(port) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  })

  it('bus-above-its-memory-limit allows less than the process holds that is the bus', async () => {
    const effect = await of('processes')
      .find(({ name }) => name === 'bus-above-its-memory-limit')
      ?.apply(deployment)
    const limit = Number(effect?.inputs['arqonbus.memory_limit_mib']) * 1024 * 1024
    expect(limit).toBeGreaterThan(0)
    expect(process.memoryUsage().rss).toBeGreaterThan(limit)
  })
})

/** Connections that were accepted at a port of 127.0.0.1, as the kernel counts them. */
function establishedAt(port: number): number {
  const own = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  return lines.filter((line) => {
    const [, local, , state] = line.trim().split(/\s+/)
    return local === own && state === '01'
  }).length
}

describe('toolchain and gates', () => {
  const inConda = (...args: readonly string[]): readonly string[] => ['conda', 'run', '-n', 'helios-gpu-118', ...args]
  const commands: Readonly<Record<string, readonly string[]>> = {
    'python-env': inConda(
      'python',
      '-c',
      'import sys; (sys.argv[1], sys.argv[2])',
      'redis, asyncpg',
      'arqonbus.protocol',
    ),
    'rust-toolchain': ['rustc', '--version'],
    install: inConda('python', '-m', 'pip', 'install', '-e', '.'),
    'redis-script': inConda('python', 'scripts/manual_checks/redis_connection_check.py'),
    'postgres-script': inConda('python', 'scripts/manual_checks/postgres_connection_check.py'),
    'unit-integration': inConda('pytest', '-q', 'tests/unit', 'tests/integration', '--maxfail=20'),
    projector: inConda(
      'pytest',
      '-q',
      'tests/integration/test_continuum_projector_postgres.py',
      'tests/integration/test_continuum_projector_postgres_e2e.py',
    ),
    'shield-check': ['cargo', 'check', '-p', 'shield'],
    'shield-test': ['cargo', 'test', '-p', 'shield', '--tests'],
    'casil-performance': ['cat', 'casil-figures.json'],
  }

  function runCommandOf({ caughtBy }: Fault): string {
    const [tool = '', ...args] = commands[caughtBy.split('/').at(-1) ?? ''] ?? []
    const { inputs, gates } = deployment
    const environment = {
      PATH: `${gates.toolchain.bin}:/usr/bin:/bin`,
      ARQONBUS_REDIS_URL: inputs['arqonbus.test_redis_url'] ?? '',
      ARQONBUS_POSTGRES_URL: inputs['arqonbus.test_postgres_url'] ?? '',
      ARQONBUS_TEST_POSTGRES_URL: inputs['arqonbus.test_postgres_url'] ?? '',
    }
    const { status, signal, error, stdout } = spawnSync(tool, args, {
      cwd: gates.checkout,
      env: environment,
      encoding: 'utf8',
      timeout: 3000,
      killSignal: 'SIGKILL',
    })
    if (signal !== null) return 'silence'
    return error === undefined
      ? `${String(status)} ${stdout.replace(/\d\.\d\ds/g, '')}`
      : ((error as NodeJS.ErrnoException).code ?? '')
  }

  it('gates-on-the-deployments-database points the tests there', async () => {
    const effect = await of('gates')
      .find(({ name }) => name === 'gates-on-the-deployments-database')
      ?.apply(deployment)
    expect(effect?.inputs).toEqual({ 'arqonbus.test_postgres_url': deployment.environment['ARQONBUS_POSTGRES_URL'] })
    await effect?.undo()
  })

  it.each([...of('toolchain'), ...of('gates')].filter((fault) => fault.caughtBy !== 'arqonbus/gates/test-database'))(
    '$name shows in its command, and is gone after',
    async (fault) => {
      const healthy = runCommandOf(fault)
      expect(healthy).toMatch(/^0 /)
      expect(await withFault(fault, async () => runCommandOf(fault))).not.toBe(healthy)
      expect(runCommandOf(fault)).toBe(healthy)
    },
  )
})
