import { join } from 'node:path'
import { fromBus } from '../arqonbus/bus-envelope.js'
import { type Bus, startBus } from '../arqonbus/bus.js'
import type { Deployment } from '../deployment.js'
import { freePort } from '../process/free-port.js'
import { anotherBusFault } from './another-bus.js'
import { configurationFault } from './configuration-fault.js'
import type { Cure } from './cure.js'
import type { Fault } from './fault.js'
import { processFault } from './process-fault.js'

const runtime = (name: string): string => `arqonbus/runtime/${name}`
const matches = runtime('configuration-matches')
const storage = runtime('storage')
const restarted: Cure = { actions: [{ words: ['restart the bus with this environment'], restart: 'bus' }] }

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
    title: 'the running bus keeps its messages in memory, whatever its environment says',
    caughtBy: matches,
    cure: restarted,
    runs: { ARQONBUS_STORAGE_BACKEND: 'memory', ARQONBUS_STORAGE_MODE: 'degraded' },
  }),
  anotherBusFault({
    name: 'running-on-another-database',
    title: 'the running bus writes to another database of the hot store',
    caughtBy: matches,
    cure: restarted,
    runs: ({ servers }) => ({ ARQONBUS_VALKEY_URL: servers.redis.url.replace(/\/0$/, '/7') }),
  }),
  anotherBusFault({
    name: 'running-on-another-redis',
    title: 'the running bus writes to another Redis than the one that was judged',
    caughtBy: matches,
    cure: restarted,
    runs: ({ gates }) => ({ ARQONBUS_VALKEY_URL: gates.redis.url }),
  }),
  anotherBusFault({
    name: 'running-in-degraded-mode',
    title: 'the running bus may fall back to memory, although its environment says strict',
    caughtBy: matches,
    cure: restarted,
    runs: { ARQONBUS_STORAGE_MODE: 'degraded' },
  }),
  anotherBusFault({
    name: 'running-with-other-telemetry',
    title: 'the running bus has its telemetry on another port than its environment says',
    caughtBy: matches,
    cure: restarted,
    runs: {},
    judged: async () => ({ ARQONBUS_TELEMETRY_PORT: String(await freePort()) }),
  }),
  anotherBusFault({
    name: 'redis-away-in-degraded-mode',
    title: 'the hot store was away and is back, and messages sent meanwhile are only in the memory of the bus',
    caughtBy: storage,
    cure: { actions: [{ words: ['restart the bus'], restart: 'bus' }] },
    class: 'dependency',
    alsoRed: [runtime('status'), 'arqonbus/config/storage-mode-strict'],
    runs: { ARQONBUS_STORAGE_MODE: 'degraded' },
    judged: { ARQONBUS_STORAGE_MODE: 'degraded' },
    happens: fallBack,
  }),
  anotherBusFault({
    name: 'storage-mode-degraded',
    title: 'messages may fall back to memory without a warning',
    caughtBy: 'arqonbus/config/storage-mode-strict',
    cure: { set: { ARQONBUS_STORAGE_MODE: 'strict' } },
    isAdvisory: true,
    runs: { ARQONBUS_STORAGE_MODE: 'degraded' },
    judged: { ARQONBUS_STORAGE_MODE: 'degraded' },
  }),
  processFault({
    name: 'casil-enforces-unasked',
    title: 'inspection blocks messages in the running bus, and its environment only monitors',
    caughtBy: runtime('casil-matches'),
    cure: restarted,
    class: 'config',
    breakIt: async ({ bus, environment }) => bus.adopt({ ...environment, ARQONBUS_CASIL_MODE: 'enforce' }),
    mend: async ({ bus, environment }) => bus.adopt(environment),
  }),
  {
    ...processFault({
      name: 'casil-on-unasked',
      title: 'inspection is on in the running bus, and off in its environment',
      caughtBy: runtime('casil-matches'),
      cure: restarted,
      class: 'config',
    }),
    apply: async ({ bus, environment }) => {
      bus.adopt({ ...environment, ARQONBUS_CASIL_MODE: 'enforce' })
      return { environment: { ARQONBUS_CASIL_ENABLED: 'false' }, inputs: {}, undo: async () => bus.adopt(environment) }
    },
  },
  processFault({
    name: 'omega-on-unasked',
    title: 'the running bus serves the Omega lane, and its environment has it off',
    caughtBy: runtime('omega-matches'),
    says: 'the environment has the Omega lane off, but the running bus has it on',
    cure: restarted,
    class: 'config',
    breakIt: async ({ bus, environment }) => bus.adopt({ ...environment, ARQONBUS_OMEGA_ENABLED: 'true' }),
    mend: async ({ bus, environment }) => bus.adopt(environment),
  }),
  neverStartedWithPostgres(),
]

/** The environment alone says the postgres backend: its table comes with the first bus that is started with it. */
function neverStartedWithPostgres(): Fault {
  return {
    ...configurationFault({
      name: 'postgres-backend-never-started',
      title: 'the environment says the postgres backend, and no bus was ever started with it',
      caughtBy: runtime('message-history'),
      cure: {
        set: { ARQONBUS_STORAGE_BACKEND: 'postgres' },
        actions: [{ words: ['restart the bus'], restart: 'bus' }],
      },
      alsoRed: [storage, matches],
      environment: {},
    }),
    async apply({ folder, servers }) {
      return {
        environment: { ARQONBUS_STORAGE_BACKEND: 'postgres' },
        inputs: {},
        async restartBus(environment) {
          const ports = {
            ARQONBUS_SERVER_PORT: String(await freePort()),
            ARQONBUS_TELEMETRY_PORT: String(await freePort()),
          }
          const bus = await startBus({ ...environment, ...ports }, { folder: join(folder, 'another-bus') })
          await bus.stop()
          return {}
        },
        undo: async () => {
          await servers.postgres.administer('DROP TABLE IF EXISTS public.arqonbus_message_history')
        },
      }
    },
  }
}
