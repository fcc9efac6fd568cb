import { fromBus } from '../arqonbus/bus-envelope.js'
import type { Bus } from '../arqonbus/bus.js'
import type { Deployment } from '../deployment.js'
import { anotherBusFault } from './another-bus.js'
import type { Fault } from './fault.js'
import { processFault } from './process-fault.js'

const runtime = (name: string): string => `arqonbus/runtime/${name}`
const matches = runtime('configuration-matches')
const storage = runtime('storage')

/** Two messages while Redis is away, and Redis back: they are in none but the memory of the bus. */
async function fallBack({ servers, settle }: Deployment, bus: Bus): Promise<void> {
  await servers.redis.stop()
  for (const text of ['one', 'two']) await bus.store.append(fromBus('message', { payload: { text } }))
  await servers.redis.restart()
  await settle()
}

/** A bus that runs with something else than the environment under test. */
export const busElsewhereFaults: readonly Fault[] = [
  anotherBusFault({
    name: 'running-on-memory',
    title: 'the running bus keeps its messages in memory, whatever its environment promises',
    caughtBy: matches,
    runs: { ARQONBUS_STORAGE_BACKEND: 'memory', ARQONBUS_STORAGE_MODE: 'degraded' },
  }),
  anotherBusFault({
    name: 'running-on-another-database',
    title: 'the running bus writes to another database of the hot store',
    caughtBy: matches,
    runs: ({ servers }) => ({ ARQONBUS_VALKEY_URL: servers.redis.url.replace(/\/0$/, '/7') }),
  }),
  anotherBusFault({
    name: 'running-on-another-redis',
    title: 'the running bus writes to another Redis than the one that was judged',
    caughtBy: matches,
    runs: ({ gates }) => ({ ARQONBUS_VALKEY_URL: gates.redis.url }),
  }),
  anotherBusFault({
    name: 'running-in-degraded-mode',
    title: 'the running bus may fall back to memory, although its environment says strict',
    caughtBy: matches,
    runs: { ARQONBUS_STORAGE_MODE: 'degraded' },
  }),
  anotherBusFault({
    name: 'running-with-other-telemetry',
    title: 'the running bus has its telemetry on another port than its environment says',
    caughtBy: matches,
    runs: {},
    judged: { ARQONBUS_TELEMETRY_PORT: '18081' },
  }),
  anotherBusFault({
    name: 'redis-away-in-degraded-mode',
    title: 'the hot store was away and is back, and what was sent meanwhile is in the memory of the bus alone',
    caughtBy: storage,
    class: 'dependency',
    alsoRed: [runtime('status'), 'arqonbus/config/storage-mode-strict'],
    runs: { ARQONBUS_STORAGE_MODE: 'degraded' },
    judged: { ARQONBUS_STORAGE_MODE: 'degraded' },
    happens: fallBack,
  }),
  anotherBusFault({
    name: 'storage-mode-degraded',
    title: 'messages may fall back to memory without anybody being told',
    caughtBy: 'arqonbus/config/storage-mode-strict',
    isAdvisory: true,
    runs: { ARQONBUS_STORAGE_MODE: 'degraded' },
    judged: { ARQONBUS_STORAGE_MODE: 'degraded' },
  }),
  processFault({
    name: 'casil-enforces-unasked',
    title: 'inspection blocks messages in the running bus, and its environment only monitors',
    caughtBy: runtime('casil-matches'),
    class: 'config',
    breakIt: async ({ bus, environment }) => bus.adopt({ ...environment, ARQONBUS_CASIL_MODE: 'enforce' }),
    mend: async ({ bus, environment }) => bus.adopt(environment),
  }),
  {
    ...processFault({ name: 'casil-on-unasked', title: 'inspection is on in the running bus, and off in its environment', caughtBy: runtime('casil-matches'), class: 'config' }),
    apply: async ({ bus, environment }) => {
      bus.adopt({ ...environment, ARQONBUS_CASIL_MODE: 'enforce' })
      return { environment: { ARQONBUS_CASIL_ENABLED: 'false' }, inputs: {}, undo: async () => bus.adopt(environment) }
    },
  },
]
