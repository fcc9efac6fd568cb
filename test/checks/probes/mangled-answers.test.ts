import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { probe as mqtt } from '../../../src/checks/probes/mqtt.js'
import { probe as nats } from '../../../src/checks/probes/nats.js'
import { probe as postgres } from '../../../src/checks/probes/postgres.js'
import { probe as redis } from '../../../src/checks/probes/redis.js'
import { probe as websocket } from '../../../src/checks/probes/websocket.js'
import { isCut, startMangledServers, throughManglings, type MangledServers } from '../../peers/mangled-answers.js'
import { startWebSocketPeer } from '../../peers/websocket-peer.js'
import { attempt, type Attempt } from './attempt.js'

/** Cases for each protocol. */
const cases = process.env['PREFLIGHT_DEEP'] === undefined ? 250 : 5000
const limit = 400

let servers: MangledServers
let page: Awaited<ReturnType<typeof startWebSocketPeer>>
beforeAll(async () => {
  servers = await startMangledServers()
  page = await startWebSocketPeer(
    (socket) =>
      void socket.on('message', (data, isBinary) =>
        socket.send(isBinary ? (data as Buffer) : (data as Buffer).toString()),
      ),
  )
})
afterAll(() => Promise.all([servers.stop(), page.stop()]))

interface Facts {
  readonly reached?: string
  readonly problem?: { readonly code: string }
}

interface Subject {
  readonly url: () => string
  /** Bytes that the server says after everything that is looked at: a closing frame. */
  readonly goodbye?: number
  /** Looks at the server behind a URL, and tells how that ended. */
  look(url: string): Promise<Attempt<Facts>>
  /** The last rung, where there are any. */
  readonly last?: string
}

const subjects: readonly (readonly [string, Subject])[] = [
  ['redis', { url: () => servers.redis, look: (url) => attempt(redis, { url }, limit), last: 'write' }],
  [
    'postgres',
    {
      url: () => servers.postgres,
      look: (url) => attempt(postgres, { url, tables: ['nowhere'] }, limit),
      last: 'catalog',
    },
  ],
  ['mqtt', { url: () => servers.mqtt, look: (url) => attempt(mqtt, { url }, limit), last: 'roundtrip' }],
  [
    'mqtt 5',
    { url: () => servers.mqtt, look: (url) => attempt(mqtt, { url, protocol: '5' }, limit), last: 'roundtrip' },
  ],
  [
    'nats',
    {
      url: () => servers.nats,
      look: (url) => attempt(nats, { url, subject: 'in.t.preflight.raw', jetstream: true }, limit),
      last: 'jetstream',
    },
  ],
  [
    'websocket',
    {
      url: () => page.url,
      goodbye: 8,
      look: (url) => attempt(websocket, { url, frames: [{ send: { text: 'hello' } }, { receive: {} }] }, limit),
    },
  ],
]

it.each(subjects)(
  `%s: ${cases} mangled answers do not block the probe, and what was cut off is not whole`,
  async (_, { url, goodbye, look, last }) => {
    /** Whether what was seen is all that can be. */
    const isWhole = (facts: Facts | undefined): boolean =>
      facts?.problem?.code === 'none' && (last === undefined || facts.reached === last)
    const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
    await throughManglings(
      { url: url(), cases, goodbye },
      async (honest) => {
        const { facts, error } = await look(honest)
        expect(isWhole(facts), JSON.stringify({ facts, error: String(error) })).toBe(true)
      },
      async (mangled, mangling) => {
        const { facts } = await look(mangled)
        expect(isCut(mangling) && isWhole(facts), JSON.stringify(mangling)).toBe(false)
      },
    )
    // A driver that prints what it got would spoil a report on standard output.
    expect(printed.mock.calls).toEqual([])
    printed.mockRestore()
  },
  cases * 1000,
)
