import { type BusEnvelope, toHistory } from '../bus-envelope.js'
import type { MessageStore } from './message-store.js'

/** Messages in memory, lost with the process. Also what a degraded hot store falls back to. */
export function createMemoryStore(): MessageStore {
  const messages: { readonly envelope: BusEnvelope; readonly storedAt: Date }[] = []
  return {
    backend: 'memory',
    className: 'MemoryStorageBackend',
    isHealthy: async () => true,
    figures: async () => ({ stored: messages.length }),
    append: async (envelope) => {
      messages.push({ envelope, storedAt: new Date() })
      if (messages.length > 10_000) messages.shift()
    },
    history: async ({ room, channel, limit }) =>
      messages
        .filter(({ envelope }) => room === '' || envelope.room === room)
        .filter(({ envelope }) => channel === '' || envelope.body.channel === channel)
        .slice(-limit)
        .reverse()
        .map(({ envelope, storedAt }) => ({
          envelope: toHistory(envelope),
          stored_at: storedAt.toISOString(),
          storage_metadata: { backend: 'memory' },
        })),
    close: async () => undefined,
  }
}
