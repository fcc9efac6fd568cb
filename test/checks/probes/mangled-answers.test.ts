import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startNats } from '../../../sandbox/servers/nats.js'
import { createClusterTemplate, startPostgres } from '../../../sandbox/servers/postgres.js'
import { startRedis } from '../../../sandbox/servers/redis.js'
import { probe as nats } from '../../../src/checks/probes/nats.js'
import { probe as postgres } from '../../../src/checks/probes/postgres.js'
import { probe as redis } from '../../../src/checks/probes/redis.js'
import { probe as websocket } from '../../../src/checks/probes/websocket.js'
import { drawManglings, startManglingProxy } from '../../peers/mangling-proxy.js'
import { startWebSocketPeer } from '../../peers/websocket-peer.js'
import { attempt, type Attempt } from './attempt.js'

/** Cases for each protocol, and how many run side by side. */
const cases = process.env['PREFLIGHT_DEEP'] === undefined ? 500 : 5000
const together = 25
const limit = 400

interface Subject {
  readonly port: number
  /** Bytes that the server says after everything that is looked at: a closing frame. */
  readonly goodbye?: number
  /** Looks at the server behind a port, and tells how that ended. */
  look(port: number): Promise<Attempt<{ readonly reached?: string; readonly problem?: { readonly code: string } }>>
  /** Whether what was seen is all that can be. */
  isWhole(facts: { readonly reached?: string; readonly problem?: { readonly code: string } } | undefined): boolean
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
      void socket.on('message', (data, isBinary) =>
        socket.send(isBinary ? (data as Buffer) : (data as Buffer).toString()),
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
    look: (port) => attempt(redis, { url: at(store.url, port) }, limit),
    isWhole: (facts) => facts?.problem?.code === 'none' && facts.reached === 'write',
  })
  subjects.set('postgres', {
    port: Number(new URL(cluster.url).port),
    look: (port) => attempt(postgres, { url: at(cluster.url, port), tables: ['nowhere'] }, limit),
    isWhole: (facts) => facts?.problem?.code === 'none' && facts.reached === 'catalog',
  })
  subjects.set('nats', {
    port: broker.port,
    look: (port) => attempt(nats, { url: at(broker.url, port), subject: 'in.t.preflight.raw', jetstream: true }, limit),
    isWhole: (facts) => facts?.problem?.code === 'none' && facts.reached === 'jetstream',
  })
  subjects.set('websocket', {
    port: Number(new URL(page.url).port),
    goodbye: 8,
    look: (port) =>
      attempt(websocket, { url: at(page.url, port), frames: [{ send: { text: 'hello' } }, { receive: {} }] }, limit),
    isWhole: (facts) => facts?.problem?.code === 'none',
  })
})
afterAll(async () => {
  for (const stop of stops) await stop()
  await rm(folder, { recursive: true, force: true })
})

it.each(['redis', 'postgres', 'nats', 'websocket'])(
  `%s: ${cases} mangled answers hold up nobody, and what was cut off is not whole`,
  async (name) => {
    const subject = subjects.get(name)!
    const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
    const honest = await startManglingProxy(subject.port, undefined)
    const whole = await subject.look(honest.port)
    await honest.stop()
    expect(subject.isWhole(whole.facts), JSON.stringify({ facts: whole.facts, error: String(whole.error) })).toBe(true)
    const drawn = drawManglings(honest.sent() - (subject.goodbye ?? 0), cases)
    for (let next = 0; next < drawn.length; next += together) {
      await Promise.all(
        drawn.slice(next, next + together).map(async (mangling) => {
          const proxy = await startManglingProxy(subject.port, mangling)
          const { facts } = await subject.look(proxy.port)
          await proxy.stop()
          const isCut = mangling.kind === 'cut' || mangling.kind === 'silence'
          expect(isCut && subject.isWhole(facts), JSON.stringify(mangling)).toBe(false)
        }),
      )
    }
    // A driver that prints what it met would spoil a report on standard output.
    expect(printed.mock.calls).toEqual([])
    printed.mockRestore()
  },
  cases * 1000,
)
