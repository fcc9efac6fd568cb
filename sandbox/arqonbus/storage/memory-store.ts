import type { BusEnvelope } from '../bus-envelope.js'
import type { MessageStore } from './message-store.js'

/** Messages in memory, lost with the process. Also what a degraded hot store falls back to. */
export function createMemoryStore(): MessageStore {
  const messages: BusEnvelope[] = []
  return {
    backend: 'memory',
    className: 'MemoryStorageBackend',
    isHealthy: async () => true,
    figures: async () => ({ stored: messages.length }),
    append: async (envelope) => {
      messages.push(envelope)
      if (messages.length > 10_000) messages.shift()
    },
    history: async (room, limit) =>
      messages
        .filter((message) => room === '' || message.room === room)
        .slice(-limit)
        .reverse()
        .map(({ id, type, room: place, body }) => ({ id, type, room: place, payload: body.payload })),
    close: async () => undefined,
  }
}
