import { Redis } from 'ioredis'
import type { JsonObject } from '../../protobuf/struct.js'
import { createMemoryStore } from './memory-store.js'
import type { MessageStore } from './message-store.js'

const streamLifetimeSeconds = 3600

/**
 * Messages in Redis streams. In degraded mode memory answers while Redis is away, and the ping says true all the same:
 * that is the bus's real behaviour, and only `/storage/stats` gives it away.
 */
export async function connectRedisStore(url: string, isStrict: boolean): Promise<MessageStore> {
  const fallback = createMemoryStore()
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 100,
  })
  client.on('error', () => undefined)
  const isReachable = async (): Promise<boolean> => {
    try {
      return (await client.ping()) === 'PONG'
    } catch {
      return false
    }
  }
  const connected = client.connect()
  if (isStrict) await connected
  else await connected.catch(() => undefined)

  return {
    type: 'redis_streams',
    isHealthy: async () => (await isReachable()) || !isStrict,
    stats: async () => {
      const isAvailable = await isReachable()
      const length = isAvailable ? await client.xlen('arqonbus:messages') : 0
      return { backend_type: 'redis_streams', redis_url: url, redis_available: isAvailable, degraded_mode_active: !isAvailable && !isStrict, total_messages: length }
    },
    append: async (envelope) => {
      try {
        const body = JSON.stringify(envelope.body.payload)
        await client.xadd('arqonbus:messages', '*', 'id', envelope.id, 'type', envelope.type, 'sender', envelope.body.sender, 'room', envelope.room, 'payload', body)
        await client.expire('arqonbus:messages', streamLifetimeSeconds)
      } catch (error) {
        if (isStrict) throw error
        await fallback.append(envelope)
      }
    },
    history: async (room, limit) => {
      if (!(await isReachable()) && !isStrict) return fallback.history(room, limit)
      const entries = await client.xrevrange('arqonbus:messages', '+', '-', 'COUNT', 1000)
      const messages = entries.map(([, fields]) => Object.fromEntries(fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : []))) as Record<string, string>)
      const inRoom = messages.filter((message) => room === '' || message['room'] === room).slice(0, limit)
      return inRoom.map((message) => ({ ...message, payload: JSON.parse(message['payload'] ?? '{}') as JsonObject }))
    },
    close: async () => client.disconnect(),
  }
}
