import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNats } from '../../../sandbox/servers/nats.js'
import { createClusterTemplate, startPostgres } from '../../../sandbox/servers/postgres.js'
import { startRedis } from '../../../sandbox/servers/redis.js'
import { action as nats } from '../../../src/runbooks/actions/nats.js'
import { action as redis } from '../../../src/runbooks/actions/redis.js'
import { action as sql } from '../../../src/runbooks/actions/sql.js'
import { action as websocket } from '../../../src/runbooks/actions/websocket.js'
import { drawManglings, startManglingProxy } from '../../peers/mangling-proxy.js'
import { startWebSocketPeer } from '../../peers/websocket-peer.js'
import { perform, type Circumstances } from './perform.js'

const cases = process.env['PREFLIGHT_DEEP'] === undefined ? 100 : 1000
const together = 25
const limit = 400

interface Subject {
  readonly port: number
  /** Bytes that the server says after everything that is looked at: a closing frame. */
  readonly goodbye?: number
  /** Carries the step out against a port. */
  perform(port: number, circumstances: Circumstances): Promise<unknown>
  /** Whether the facts say that all was done. */
  isDone(facts: unknown): boolean
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
  const page = await startWebSocketPeer(
    (socket) =>
      void socket.on('message', (data) =>
        socket.send(
          JSON.stringify({
            type: 'response',
            request_id: (JSON.parse((data as Buffer).toString()) as { id: string }).id,
            status: 'success',
            payload: { done: true },
          }),
        ),
      ),
  )
  stops.push(
    () => store.stop(),
    () => cluster.stop(),
    () => broker.stop(),
    () => page.stop(),
  )
  subjects.set('redis', {
    port: Number(new URL(store.url).port),
    perform: (port, circumstances) =>
      perform(
        redis,
        {
          url: at(store.url, port),
          commands: [
            ['DEL', 'a'],
            ['RPUSH', 'a', 'x', 'y'],
            ['LRANGE', 'a', '0', '-1'],
            ['GET', 'none'],
          ],
          atomic: true,
        },
        circumstances,
      ),
    isDone: (facts) => (facts as { problem: { code: string } }).problem.code === 'none',
  })
  subjects.set('sql', {
    port: Number(new URL(cluster.url).port),
    perform: (port, circumstances) =>
      perform(
        sql,
        {
          database: at(cluster.url, port),
          statements: [{ text: 'SELECT $1::int AS one', values: [1] }, { text: 'SELECT now()' }],
        },
        circumstances,
      ),
    isDone: (facts) => (facts as { committed: boolean }).committed,
  })
  subjects.set('nats', {
    port: broker.port,
    perform: (port, circumstances) =>
      perform(nats, { url: at(broker.url, port), subject: 'heard.a', payload: 'hi' }, circumstances),
    isDone: (facts) => (facts as { published: boolean }).published,
  })
  subjects.set('websocket', {
    port: Number(new URL(page.url).port),
    goodbye: 8,
    perform: (port, circumstances) =>
      perform(websocket, { url: at(page.url, port), send: { command: 'echo' } }, circumstances),
    isDone: (facts) => (facts as { responseStatus: string }).responseStatus === 'success',
  })
})
afterAll(async () => {
  for (const stop of stops) await stop()
  await rm(folder, { recursive: true, force: true })
})

it.each(['redis', 'sql', 'nats', 'websocket'])(
  `%s: ${cases} mangled answers hold up no step, and what was cut off is not done`,
  async (name) => {
    const subject = subjects.get(name)!
    const honest = await startManglingProxy(subject.port, undefined)
    const whole = await subject.perform(honest.port, {})
    await honest.stop()
    expect(subject.isDone(whole), JSON.stringify(whole)).toBe(true)
    const drawn = drawManglings(honest.sent() - (subject.goodbye ?? 0), cases)
    for (let next = 0; next < drawn.length; next += together) {
      await Promise.all(
        drawn.slice(next, next + together).map(async (mangling) => {
          const proxy = await startManglingProxy(subject.port, mangling)
          const facts = await subject
            .perform(proxy.port, { signal: AbortSignal.timeout(limit), limit })
            .catch(() => undefined)
          await proxy.stop()
          const isCut = mangling.kind === 'cut' || mangling.kind === 'silence'
          expect(isCut && facts !== undefined && subject.isDone(facts), JSON.stringify(mangling)).toBe(false)
        }),
      )
    }
  },
  cases * 1000,
)
