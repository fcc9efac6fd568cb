import pg from 'pg'
import type { JsonObject } from '../../protobuf/struct.js'
import type { BusEnvelope } from '../bus-envelope.js'
import { createMemoryStore } from './memory-store.js'
import type { MessageStore } from './message-store.js'
import { newTally, withFallback } from './tally.js'

const schema = `CREATE TABLE IF NOT EXISTS public.arqonbus_message_history (
  id text PRIMARY KEY,
  type text NOT NULL,
  sender text NOT NULL,
  room text NOT NULL,
  payload jsonb NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now()
)`

/** Messages in PostgreSQL; in degraded mode in memory while it is away. */
export async function connectPostgresStore(url: string, isStrict: boolean): Promise<MessageStore> {
  const fallback = createMemoryStore()
  const tally = newTally()
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => undefined)
  // The bus makes its table itself when it starts with this backend; no migration does.
  await pool.query(schema)
  const isHealthy = async (): Promise<boolean> => {
    try {
      await pool.query('SELECT 1')
      return true
    } catch {
      return false
    }
  }
  const count = async (): Promise<number | undefined> => {
    try {
      const { rows } = await pool.query('SELECT count(*)::int AS count FROM public.arqonbus_message_history')
      return (rows[0] as { readonly count: number }).count
    } catch {
      return undefined
    }
  }
  const insert = async (envelope: BusEnvelope): Promise<void> => {
    await pool.query(
      'INSERT INTO public.arqonbus_message_history (id, type, sender, room, payload) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [envelope.id, envelope.type, envelope.body.sender, envelope.room, JSON.stringify(envelope.body.payload)],
    )
  }
  const select = async (room: string, limit: number): Promise<JsonObject[]> => {
    const { rows } = await pool.query(
      "SELECT id, type, room, payload FROM public.arqonbus_message_history WHERE $1 = '' OR room = $1 ORDER BY stored_at DESC LIMIT $2",
      [room, limit],
    )
    return rows as JsonObject[]
  }
  return {
    backend: 'postgres',
    className: 'PostgresStorageBackend',
    isHealthy,
    figures: async () => ({
      ...tally,
      stored: await count(),
      fallbackStats: tally.degraded ? await fallback.figures() : undefined,
    }),
    append: (envelope) =>
      withFallback(
        tally,
        isStrict,
        () => insert(envelope),
        () => fallback.append(envelope),
      ),
    history: (room, limit) =>
      withFallback(
        tally,
        isStrict,
        () => select(room, limit),
        () => fallback.history(room, limit),
      ),
    close: () => pool.end(),
  }
}
