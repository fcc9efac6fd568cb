import { Redis } from 'ioredis'
import type { JsonObject } from '../../protobuf/struct.js'
import type { BusEnvelope } from '../bus-envelope.js'
import { createMemoryStore } from './memory-store.js'
import type { MessageStore } from './message-store.js'
import { newTally, withFallback } from './tally.js'

const streamLifetimeSeconds = 3600
const stream = 'arqonbus:messages'

function newClient(url: string): Redis {
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 100,
  })
  client.on('error', () => undefined)
  return client
}

/** What the statistics show of the server itself; nothing where it may not be asked for, or there is no answer. */
async function serverFigures(client: Redis): Promise<JsonObject> {
  try {
    const info = await client.info()
    const names = ['connected_clients', 'used_memory', 'total_commands_processed']
    const redisInfo = Object.fromEntries(
      names.map((name) => [name, Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)]),
    )
    return { redisInfo, streamStats: { total_streams: await client.exists(stream), stream_names: [] } }
  } catch {
    return {}
  }
}

/**
 * Messages in Redis streams. In degraded mode memory answers while Redis is away, and the ping still says true: that is
 * the bus's real behaviour, and only `/storage/stats` gives it away.
 *
 * @throws what the driver throws when Redis cannot be reached at the start, in either mode
 */
export async function connectRedisStore(url: string, isStrict: boolean): Promise<MessageStore> {
  const fallback = createMemoryStore()
  const tally = newTally()
  const client = newClient(url)
  const isReachable = async (): Promise<boolean> => {
    try {
      return ((await client.ping()) as string) === 'PONG'
    } catch {
      return false
    }
  }
  try {
    await client.connect()
    await client.ping()
  } catch (error) {
    client.disconnect()
    throw error
  }

  const add = async (envelope: BusEnvelope): Promise<void> => {
    const body = JSON.stringify(envelope.body.payload)
    await client.xadd(
      stream,
      '*',
      'id',
      envelope.id,
      'type',
      envelope.type,
      'sender',
      envelope.body.sender,
      'room',
      envelope.room,
      'payload',
      body,
    )
    await client.expire(stream, streamLifetimeSeconds)
  }
  const latest = async (room: string, limit: number): Promise<JsonObject[]> => {
    const entries = await client.xrevrange(stream, '+', '-', 'COUNT', 1000)
    const messages = entries.map(
      ([, fields]) =>
        Object.fromEntries(
          fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [])),
        ) as Record<string, string>,
    )
    const inRoom = messages.filter((message) => room === '' || message['room'] === room).slice(0, limit)
    return inRoom.map((message) => ({ ...message, payload: JSON.parse(message['payload'] ?? '{}') as JsonObject }))
  }
  return {
    backend: 'redis',
    className: 'RedisStreamsStorage',
    isHealthy: async () => (await isReachable()) || !isStrict,
    figures: async () => ({
      redisInfo: undefined,
      streamStats: undefined,
      ...(await serverFigures(client)),
      ...tally,
      redisUrl: url,
    }),
    append: (envelope) =>
      withFallback(
        tally,
        isStrict,
        () => add(envelope),
        () => fallback.append(envelope),
      ),
    history: (room, limit) =>
      withFallback(
        tally,
        isStrict,
        () => latest(room, limit),
        () => fallback.history(room, limit),
      ),
    close: async () => client.disconnect(),
  }
}
