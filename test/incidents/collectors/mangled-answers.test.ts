import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNats } from '../../../sandbox/servers/nats.js'
import { createClusterTemplate, startPostgres } from '../../../sandbox/servers/postgres.js'
import { startRedis } from '../../../sandbox/servers/redis.js'
import { collector as natsInfo } from '../../../src/incidents/collectors/nats-info.js'
import { collector as postgresInfo } from '../../../src/incidents/collectors/postgres-info.js'
import { collector as redisInfo } from '../../../src/incidents/collectors/redis-info.js'
import type { Collector } from '../../../src/engine/collector.js'
import { drawManglings, startManglingProxy } from '../../peers/mangling-proxy.js'
import { collect, valueOf } from './collect.js'

const cases = process.env['PREFLIGHT_DEEP'] === undefined ? 100 : 1000
const together = 25
const limit = 400

interface Subject {
  readonly collector: Collector
  readonly url: string
  readonly port: number
}

let folder = ''
const subjects = new Map<string, Subject>()
const stops: (() => Promise<unknown>)[] = []

const at = (url: string, port: number): string => url.replace(/:\d+(?=[/?]|$)/, `:${port}`)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'preflight-mangled-'))
  await chmod(folder, 0o755)
  const store = await startRedis(join(folder, 'redis'))
  const cluster = await startPostgres(join(folder, 'postgres'), await createClusterTemplate(join(folder, 'template')))
  const broker = await startNats(join(folder, 'nats'))
  stops.push(
    () => store.stop(),
    () => cluster.stop(),
    () => broker.stop(),
  )
  subjects.set('redis-info', { collector: redisInfo, url: store.url, port: Number(new URL(store.url).port) })
  subjects.set('postgres-info', { collector: postgresInfo, url: cluster.url, port: Number(new URL(cluster.url).port) })
  subjects.set('nats-info', { collector: natsInfo, url: broker.url, port: broker.port })
})
afterAll(async () => {
  for (const stop of stops) await stop()
  await rm(folder, { recursive: true, force: true })
})

it.each(['redis-info', 'postgres-info', 'nats-info'])(
  `%s: ${cases} mangled answers hold up no collector`,
  async (name) => {
    const { collector, url, port } = subjects.get(name)!
    const honest = await startManglingProxy(port, undefined)
    const value = await valueOf(collector, { url: at(url, honest.port) })
    await honest.stop()
    expect(value).not.toHaveProperty('missing.login')
    const drawn = drawManglings(honest.sent(), cases)
    for (let next = 0; next < drawn.length; next += together) {
      await Promise.all(
        drawn.slice(next, next + together).map(async (mangling) => {
          const proxy = await startManglingProxy(port, mangling)
          const gathered = await collect(collector, { url: at(url, proxy.port) }, AbortSignal.timeout(limit)).catch(
            (error: unknown) => error,
          )
          await proxy.stop()
          expect(gathered, JSON.stringify(mangling)).toBeDefined()
        }),
      )
    }
  },
  cases * 1000,
)
