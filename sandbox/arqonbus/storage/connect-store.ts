import type { BusSettings } from '../settings.js'
import { createMemoryStore } from './memory-store.js'
import type { MessageStore } from './message-store.js'
import { connectPostgresStore } from './postgres-store.js'
import { connectRedisStore } from './redis-store.js'

/**
 * The store that the bus's settings name, connected.
 * @throws what the driver throws when the datastore cannot be reached, in either mode
 */
export async function connectStore(settings: BusSettings): Promise<MessageStore> {
  if (/^(?:redis|valkey)/.test(settings.storageBackend))
    return connectRedisStore(settings.hotStoreUrl, settings.storageMode === 'strict')
  if (/^postgres/.test(settings.storageBackend))
    return connectPostgresStore(settings.postgresUrl, settings.storageMode === 'strict')
  return createMemoryStore()
}
