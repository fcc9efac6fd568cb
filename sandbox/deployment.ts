import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bus } from './arqonbus/bus.js'
import { startBusOnFreePorts } from './bus-on-free-ports.js'
import { writeEnvironmentFile } from './environment-file.js'
import { temporaryFolder } from './process/leftovers.js'
import { envelopeDescriptorSet } from './protobuf/descriptor-set.js'
import { type NatsServer, startNats } from './servers/nats.js'
import { type ClusterTemplate, createClusterTemplate, type PostgresServer, startPostgres } from './servers/postgres.js'
import { type RedisServer, startRedis } from './servers/redis.js'
import { type Shield, startShield } from './shield/shield.js'
import { createCheckout } from './stand-ins/checkout/checkout.js'
import { projectorMigration } from './stand-ins/checkout/projector-migration.js'
import { condaEnvironment, createToolchain, type Toolchain } from './stand-ins/toolchain.js'
import type { DeploymentOptions, Servers } from './deployment-options.js'

export { launcherShapes } from './arqonbus/recorded-page.js'

/** What the gates run with: a checkout, its tools, and datastores that are not the deployment's. */
export interface Gates {
  readonly checkout: string
  readonly toolchain: Toolchain
  readonly redis: RedisServer
  readonly postgres: PostgresServer
}

/** A whole production deployment on loopback, in a temporary folder. */
export interface Deployment {
  readonly folder: string
  /** The deployment's variables, right for production. */
  readonly environment: Readonly<Record<string, string>>
  /** The inputs of the check packs: addresses, paths and names. */
  readonly inputs: Readonly<Record<string, string>>
  readonly servers: Servers
  readonly bus: Bus
  readonly shield: Shield
  /** @throws when the deployment was started without gates */
  readonly gates: Gates
  /** Creates the projector's tables and indexes, as the deployment's own role. */
  migrate(): Promise<void>
  /** Settles when bus and Shield see their datastores again, after a server was away; rejects after ten seconds. */
  settle(): Promise<void>
  writeEnvironmentFile(path: string): void
  /** Pauses every server of the deployment. */
  pauseAll(): Promise<void>
  resumeAll(): void
  /** Ends every process and removes the folder. */
  stop(): Promise<void>
}

async function migrate(postgres: PostgresServer): Promise<void> {
  await postgres.administer(`SET ROLE ${postgres.user}; ${projectorMigration}`)
}

type Keep = <Thing extends { stop(): Promise<void> }>(thing: Thing) => Thing

async function startGates(folder: string, template: Promise<ClusterTemplate>, keep: Keep): Promise<Gates> {
  const checkout = join(folder, 'checkout')
  const [toolchain, redis, postgres] = await Promise.all([
    createToolchain(join(folder, 'toolchain')),
    startRedis(join(folder, 'gate-redis')).then(keep),
    template.then((ready) => startPostgres(join(folder, 'gate-postgres'), ready, 'arqonbus_test')).then(keep),
    createCheckout(checkout),
  ])
  return { checkout, toolchain, redis, postgres }
}

function inputsOf(bus: Bus, shield: Shield, shieldFolder: string, gates: Gates | undefined): Record<string, string> {
  const addresses = {
    'arqonbus.bus_url': `ws://127.0.0.1:${bus.webSocket.port}/`,
    'arqonbus.bus_http_url': `http://127.0.0.1:${bus.http.port}`,
    'arqonbus.telemetry_url': `ws://127.0.0.1:${bus.telemetry.port}/`,
    'shield.shield_url': `ws://127.0.0.1:${shield.edge.port}/ws`,
    'shield.shield_metrics_url': `http://127.0.0.1:${shield.metrics.port}/metrics`,
    'shield.shield_directory': shieldFolder,
    // Of an account without certificates or passwords for its drivers: nothing need be there.
    'arqonbus.service_home': join(shieldFolder, 'home'),
    'arqonbus.ollama_enabled': 'false',
    'arqonbus.room_message': 'true',
  }
  if (gates === undefined) return addresses
  return {
    ...addresses,
    'arqonbus.repository': gates.checkout,
    'arqonbus.secret_repository': gates.checkout,
    'shield.secret_repository': gates.checkout,
    'arqonbus.conda': gates.toolchain.tools.conda,
    'arqonbus.rustc': gates.toolchain.tools.rustc,
    'arqonbus.cargo': gates.toolchain.tools.cargo,
    'arqonbus.conda_env': condaEnvironment,
    'arqonbus.rust_version': '1.82',
    'arqonbus.test_redis_url': gates.redis.url,
    'arqonbus.test_postgres_url': gates.postgres.url,
  }
}

async function until(isReached: () => Promise<boolean>, withinMs: number, what: string): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await isReached())) {
    if (Date.now() > deadline) throw new Error(`the sandbox did not become ready: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/**
 * Starts a whole deployment, ready to go live. All of it ends with this process.
 * @throws when a server is not installed or does not start; then nothing is left running
 */
export async function startDeployment(options: DeploymentOptions = {}): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-sandbox-'))
  // PostgreSQL runs under another account than root and must reach its own folder in here.
  chmodSync(folder, 0o711)
  const removeFolder = temporaryFolder(folder)
  const stops: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    const ends = []
    for (const each of stops.splice(0).reverse()) ends.push(...(await Promise.allSettled([each()])))
    removeFolder()
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }
  const started: Keep = (thing) => {
    stops.push(() => thing.stop())
    return thing
  }
  try {
    const template = options.clusterTemplate ?? createClusterTemplate(join(folder, 'postgres-template'))
    const starting = await Promise.allSettled([
      startRedis(join(folder, 'redis')).then(started),
      template.then((ready) => startPostgres(join(folder, 'postgres'), ready)).then(started),
      startNats(join(folder, 'nats'), undefined, 'nothing').then(started),
      options.withGates === false ? Promise.resolve(undefined) : startGates(folder, template, started),
    ] as const)
    const failed = starting.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    const [redis, postgres, nats, gates] = starting.map(
      (result) => (result as PromiseFulfilledResult<unknown>).value,
    ) as [RedisServer, PostgresServer, NatsServer, Gates | undefined]
    const servers: Servers = { redis, postgres, nats }
    if (options.migrate !== false) await migrate(postgres)
    const { bus, environment } = await startBusOnFreePorts(servers, join(folder, 'arqonbus'), options)
    started(bus)
    const shieldFolder = join(folder, 'shield')
    mkdirSync(shieldFolder)
    writeFileSync(join(shieldFolder, 'envelope.desc'), envelopeDescriptorSet())
    const shield = started(await startShield(environment, { folder: shieldFolder }))
    const all = [redis, postgres, nats]
    return {
      folder,
      environment,
      inputs: inputsOf(bus, shield, shieldFolder, gates),
      servers,
      bus,
      shield,
      get gates() {
        if (gates === undefined) throw new Error('this deployment was started without gates')
        return gates
      },
      migrate: () => migrate(postgres),
      async settle() {
        await until(() => bus.store.isHealthy(), 10_000, 'the bus does not see its store')
        await until(() => shield.seesSpine(1000), 10_000, 'Shield does not see NATS')
      },
      writeEnvironmentFile: (path) => writeEnvironmentFile(path, environment),
      async pauseAll() {
        await Promise.all(all.map((server) => server.pause()))
      },
      resumeAll() {
        for (const server of all) server.resume()
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
