import pg from 'pg'
import type { JsonObject } from '../../protobuf/struct.js'
import { type BusEnvelope, toHistory } from '../bus-envelope.js'
import { createMemoryStore } from './memory-store.js'
import type { HistoryEntry, HistoryQuery, MessageStore } from './message-store.js'
import { newTally, withFallback } from './tally.js'

/** The columns of the bus's `storage/postgres.py` (193b28d4). */
const schema = `CREATE TABLE IF NOT EXISTS public.arqonbus_message_history (
  id bigserial PRIMARY KEY,
  message_id text UNIQUE NOT NULL,
  room text NOT NULL,
  channel text NOT NULL,
  sender text,
  stored_at timestamptz NOT NULL DEFAULT now(),
  envelope jsonb NOT NULL
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
    const { id, room, body } = envelope
    await pool.query(
      'INSERT INTO public.arqonbus_message_history (message_id, room, channel, sender, envelope) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (message_id) DO NOTHING',
      [id, room || 'default', body.channel || 'default', body.sender, JSON.stringify(toHistory(envelope))],
    )
  }
  const select = async ({ room, channel, limit }: HistoryQuery): Promise<HistoryEntry[]> => {
    const { rows } = await pool.query(
      "SELECT envelope, stored_at FROM public.arqonbus_message_history WHERE ($1 = '' OR room = $1) AND ($2 = '' OR channel = $2) ORDER BY stored_at DESC LIMIT $3",
      [room, channel, limit],
    )
    return (rows as { readonly envelope: JsonObject; readonly stored_at: Date }[]).map((row) => ({
      envelope: row.envelope,
      stored_at: row.stored_at.toISOString(),
      storage_metadata: { backend: 'postgres' },
    }))
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
    history: (query) =>
      withFallback(
        tally,
        isStrict,
        () => select(query),
        () => fallback.history(query),
      ),
    close: () => pool.end(),
  }
}
