import { Redis } from 'ioredis'
import type { JsonObject } from '../../protobuf/struct.js'
import type { BusEnvelope } from '../bus-envelope.js'
import { createMemoryStore } from './memory-store.js'
import type { HistoryEntry, HistoryQuery, MessageStore } from './message-store.js'
import { newTally, withFallback } from './tally.js'

const streamLifetimeSeconds = 3600
/** Entries of a stream that are read. */
const historyLimit = 1000
const prefix = 'arqonbus'
const stream = `${prefix}:messages`

/** The streams that a message goes into: the bus's `storage/redis_streams.py` (54c5e877), `append`. */
function streamsOf({ room, body: { sender, channel } }: BusEnvelope): string[] {
  return [
    stream,
    ...(sender === '' ? [] : [`${prefix}:sender_${sender}`]),
    ...(room === '' ? [] : [`${prefix}:room_${room}`]),
    ...(channel === '' ? [] : [`${prefix}:channel_${channel}`]),
  ]
}

/** The stream that the history is read from, in the same file; for a channel of a room one that nothing goes into. */
function streamOf({ room, channel }: HistoryQuery): string {
  if (room !== '' && channel !== '') return `${prefix}:room_${room}_channel_${channel}`
  if (room !== '') return `${prefix}:room_${room}`
  return channel === '' ? stream : `${prefix}:channel_${channel}`
}

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

function historyEntry(fields: readonly string[], name: string): HistoryEntry {
  const {
    payload = '{}',
    timestamp = '',
    ...texts
  } = Object.fromEntries(
    fields.flatMap((field, index) => (index % 2 === 0 ? [[field, fields[index + 1] ?? '']] : [])),
  ) as Record<string, string>
  const known = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''))
  return {
    envelope: {
      ...known,
      timestamp,
      version: '1.0',
      payload: JSON.parse(payload) as JsonObject,
      args: {},
      metadata: {},
    },
    stored_at: timestamp,
    storage_metadata: { backend: 'redis_streams', stream: name },
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
    const { id, timestamp, type, room, body } = envelope
    const fields = {
      id,
      type,
      timestamp: timestamp.toISOString(),
      sender: body.sender,
      room,
      channel: body.channel,
      payload: JSON.stringify(body.payload),
    }
    const names = streamsOf(envelope)
    for (const name of names) await client.xadd(name, '*', ...Object.entries(fields).flat())
    for (const name of names) await client.expire(name, streamLifetimeSeconds)
  }
  const oldest = async (query: HistoryQuery): Promise<HistoryEntry[]> => {
    const name = streamOf(query)
    const entries = await client.xrange(name, '-', '+', 'COUNT', Math.min(query.limit, historyLimit))
    return entries.map(([, fields]) => historyEntry(fields, name))
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
    history: (query) =>
      withFallback(
        tally,
        isStrict,
        () => oldest(query),
        () => fallback.history(query),
      ),
    close: async () => client.disconnect(),
  }
}
