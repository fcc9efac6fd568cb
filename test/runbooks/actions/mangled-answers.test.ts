import { afterAll, beforeAll, expect, it } from 'vitest'
import { action as nats } from '../../../src/runbooks/actions/nats.js'
import { action as redis } from '../../../src/runbooks/actions/redis.js'
import { action as sql } from '../../../src/runbooks/actions/sql.js'
import { action as websocket } from '../../../src/runbooks/actions/websocket.js'
import { isCut, startMangledServers, throughManglings, type MangledServers } from '../../peers/mangled-answers.js'
import { startWebSocketPeer } from '../../peers/websocket-peer.js'
import { perform, type Circumstances } from './perform.js'

const cases = process.env['PREFLIGHT_DEEP'] === undefined ? 100 : 1000
const limit = 400

let servers: MangledServers
let page: Awaited<ReturnType<typeof startWebSocketPeer>>
beforeAll(async () => {
  servers = await startMangledServers()
  page = await startWebSocketPeer(
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
})
afterAll(() => Promise.all([servers.stop(), page.stop()]))

interface Subject {
  readonly url: () => string
  /** Bytes that the server says after everything that is looked at: a closing frame. */
  readonly goodbye?: number
  /** Carries the step out against a URL. */
  perform(url: string, circumstances: Circumstances): Promise<unknown>
  /** Whether the facts say that all was done. */
  isDone(facts: unknown): boolean
}

const subjects: readonly (readonly [string, Subject])[] = [
  [
    'redis',
    {
      url: () => servers.redis,
      perform: (url, circumstances) =>
        perform(
          redis,
          {
            url,
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
    },
  ],
  [
    'sql',
    {
      url: () => servers.postgres,
      perform: (database, circumstances) =>
        perform(
          sql,
          { database, statements: [{ text: 'SELECT $1::int AS one', values: [1] }, { text: 'SELECT 2 AS two' }] },
          circumstances,
        ),
      isDone: (facts) => (facts as { committed: boolean }).committed,
    },
  ],
  [
    'nats',
    {
      url: () => servers.nats,
      perform: (url, circumstances) => perform(nats, { url, subject: 'heard.a', payload: 'hi' }, circumstances),
      isDone: (facts) => (facts as { published: boolean }).published,
    },
  ],
  [
    'websocket',
    {
      url: () => page.url,
      goodbye: 8,
      perform: (url, circumstances) => perform(websocket, { url, send: { command: 'echo' } }, circumstances),
      isDone: (facts) => (facts as { responseStatus: string }).responseStatus === 'success',
    },
  ],
]

it.each(subjects)(
  `%s: ${cases} mangled answers hold up no step, and what was cut off is not done`,
  async (_, subject) => {
    await throughManglings(
      { url: subject.url(), cases, goodbye: subject.goodbye },
      async (url) => {
        const whole = await subject.perform(url, {})
        expect(subject.isDone(whole), JSON.stringify(whole)).toBe(true)
      },
      async (url, mangling) => {
        const facts = await subject.perform(url, { signal: AbortSignal.timeout(limit), limit }).catch(() => undefined)
        expect(isCut(mangling) && facts !== undefined && subject.isDone(facts), JSON.stringify(mangling)).toBe(false)
      },
    )
  },
  cases * 1000,
)
