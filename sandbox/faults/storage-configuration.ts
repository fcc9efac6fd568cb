import { configurationFault } from './configuration-fault.js'
import { ownValue } from './cure.js'
import type { Fault } from './fault.js'

const hotStore = ['arqonbus/datastores/hot-store', 'arqonbus/datastores/hot-store-eviction']
const postgres = [
  'arqonbus/datastores/postgres',
  'arqonbus/datastores/postgres-migration',
  'arqonbus/datastores/postgres-headroom',
]
const backend = 'arqonbus/config/storage-backend'
const running = 'arqonbus/runtime/configuration-matches'

/** Where the bus keeps its state. */
export const storageConfigurationFaults: readonly Fault[] = [
  configurationFault({
    name: 'storage-mode-unset',
    title: 'the storage mode is left to its default, degraded',
    caughtBy: 'arqonbus/config/storage-mode',
    cure: { set: { ARQONBUS_STORAGE_MODE: 'strict' } },
    alsoRed: ['arqonbus/config/storage-mode-strict', running],
    environment: { ARQONBUS_STORAGE_MODE: null },
  }),
  configurationFault({
    name: 'storage-mode-with-trailing-blank',
    title: 'the storage mode has a trailing space, which the bus does not trim',
    caughtBy: 'arqonbus/config/storage-mode',
    cure: { set: { ARQONBUS_STORAGE_MODE: 'strict' } },
    alsoRed: ['arqonbus/config/storage-mode-strict'],
    environment: { ARQONBUS_STORAGE_MODE: 'strict ' },
  }),
  configurationFault({
    name: 'storage-backend-memory',
    title: 'strict storage is configured with memory',
    caughtBy: backend,
    cure: { set: { ARQONBUS_STORAGE_BACKEND: 'valkey' } },
    alsoRed: [running],
    environment: { ARQONBUS_STORAGE_BACKEND: 'memory' },
  }),
  configurationFault({
    name: 'storage-backend-unknown',
    title: 'the storage backend is one the bus does not have',
    caughtBy: backend,
    cure: { set: { ARQONBUS_STORAGE_BACKEND: 'valkey' } },
    alsoRed: [running],
    environment: { ARQONBUS_STORAGE_BACKEND: 'sqlite' },
  }),
  configurationFault({
    name: 'storage-backend-unset',
    title: 'the storage backend is left to its default, memory',
    caughtBy: backend,
    cure: { set: { ARQONBUS_STORAGE_BACKEND: 'valkey' } },
    alsoRed: [running],
    environment: { ARQONBUS_STORAGE_BACKEND: null },
  }),
  configurationFault({
    name: 'hot-store-url-unset',
    title: 'no hot store is configured',
    caughtBy: 'arqonbus/config/hot-store-url',
    cure: { set: { ARQONBUS_VALKEY_URL: ownValue } },
    // The URL that the bus would make of its host and port variables is another one.
    alsoRed: [backend, ...hotStore, running],
    environment: { ARQONBUS_VALKEY_URL: null },
  }),
  configurationFault({
    name: 'hot-store-url-hidden-by-empty',
    title: 'an empty Valkey URL hides a good Redis URL',
    caughtBy: 'arqonbus/config/hot-store-url',
    cure: { set: { ARQONBUS_VALKEY_URL: ownValue } },
    alsoRed: [...hotStore, running],
    environment: ({ servers }) => ({ ARQONBUS_VALKEY_URL: '', ARQONBUS_REDIS_URL: servers.redis.url }),
  }),
  configurationFault({
    name: 'hot-store-url-valkey-scheme',
    title: "the hot-store URL has the scheme valkey, which the bus's driver does not accept",
    caughtBy: 'arqonbus/config/hot-store-url',
    cure: { set: { ARQONBUS_VALKEY_URL: { value: ({ servers }) => servers.redis.url, words: ['redis://'] } } },
    alsoRed: hotStore,
    environment: ({ servers }) => ({ ARQONBUS_VALKEY_URL: servers.redis.url.replace('redis://', 'valkey://') }),
  }),
  configurationFault({
    name: 'postgres-url-unset',
    title: 'no durable store is configured',
    caughtBy: 'arqonbus/config/postgres-url',
    cure: { set: { ARQONBUS_POSTGRES_URL: ownValue } },
    alsoRed: postgres,
    environment: { ARQONBUS_POSTGRES_URL: null },
  }),
  configurationFault({
    name: 'postgres-url-with-driver-suffix',
    title: 'the Postgres URL names a Python driver in its scheme, which asyncpg does not accept',
    caughtBy: 'arqonbus/config/postgres-url',
    cure: {
      set: { ARQONBUS_POSTGRES_URL: { value: ({ servers }) => servers.postgres.url, words: ['postgresql://'] } },
    },
    alsoRed: postgres,
    environment: ({ servers }) => ({
      ARQONBUS_POSTGRES_URL: servers.postgres.url.replace('postgresql://', 'postgresql+asyncpg://'),
    }),
  }),
  configurationFault({
    name: 'dual-data-stack-yes',
    title: 'the dual data stack is asked for with yes, which switches it off',
    caughtBy: 'arqonbus/config/dual-data-stack',
    cure: { unset: ['ARQONBUS_REQUIRE_DUAL_DATA_STACK'] },
    environment: { ARQONBUS_REQUIRE_DUAL_DATA_STACK: 'yes' },
  }),
]
