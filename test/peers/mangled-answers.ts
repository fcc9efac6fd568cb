import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMosquitto } from '../../sandbox/servers/mosquitto.js'
import { startNats } from '../../sandbox/servers/nats.js'
import { startPostgres } from '../../sandbox/servers/postgres.js'
import { startRedis } from '../../sandbox/servers/redis.js'
import { drawManglings, startManglingProxy, type Mangling } from './mangling-proxy.js'
import { clusterTemplate } from '../servers/cluster-template.js'

/** Real servers whose answers are mangled on the way; all are there until `stop`. */
export interface MangledServers {
  readonly redis: string
  readonly postgres: string
  readonly nats: string
  readonly mqtt: string
  stop(): Promise<void>
}

/** Starts a Redis, a PostgreSQL, a NATS and a Mosquitto. @returns their URLs */
export async function startMangledServers(): Promise<MangledServers> {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-mangled-'))
  await chmod(folder, 0o755)
  const store = await startRedis(join(folder, 'redis'))
  const cluster = await startPostgres(join(folder, 'postgres'), await clusterTemplate())
  const broker = await startNats(join(folder, 'nats'))
  const mosquitto = await startMosquitto(join(folder, 'mosquitto'))
  return {
    redis: store.url,
    postgres: cluster.url,
    nats: broker.url,
    mqtt: mosquitto.url,
    async stop() {
      for (const server of [store, cluster, broker, mosquitto]) await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Proxies that are open side by side. */
const together = 25

interface Manglings {
  /** The server's. */
  readonly url: string
  /** How many are drawn. */
  readonly cases: number
  /** Bytes that the server says after everything that is looked at: a closing frame. */
  readonly goodbye?: number | undefined
}

/**
 * Uses a server once through a proxy that changes nothing, then through each of many that mangle what it sends, in what
 * was sent that first time.
 */
export async function throughManglings(
  { url, cases, goodbye = 0 }: Manglings,
  honestly: (url: string) => Promise<void>,
  mangled: (url: string, mangling: Mangling) => Promise<void>,
): Promise<void> {
  const port = Number(new URL(url).port)
  const through = async (mangling: Mangling | undefined, use: (url: string) => Promise<void>): Promise<number> => {
    const proxy = await startManglingProxy(port, mangling)
    await use(url.replace(/:\d+(?=[/?]|$)/, `:${proxy.port}`)).finally(() => proxy.stop())
    return proxy.sent()
  }
  const drawn = drawManglings((await through(undefined, honestly)) - goodbye, cases)
  for (let next = 0; next < drawn.length; next += together) {
    await Promise.all(
      drawn.slice(next, next + together).map((mangling) => through(mangling, (at) => mangled(at, mangling))),
    )
  }
}

/** Whether a mangling leaves out all that comes after it. */
export function isCut({ kind }: Mangling): boolean {
  return kind === 'cut' || kind === 'silence'
}
