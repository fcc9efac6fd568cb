import pg from 'pg'
import type { JsonObject } from '../../protobuf/struct.js'
import type { MessageStore } from './message-store.js'

const schema = `CREATE TABLE IF NOT EXISTS public.arqonbus_message_history (
  id text PRIMARY KEY,
  type text NOT NULL,
  sender text NOT NULL,
  room text NOT NULL,
  payload jsonb NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now()
)`

/** Makes the table the bus keeps its history in, as the bus does when it starts. */
export async function createHistoryTable(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(schema)
  } finally {
    await client.end()
  }
}

/** Messages in PostgreSQL. */
export async function connectPostgresStore(url: string): Promise<MessageStore> {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => undefined)
  await pool.query('SELECT 1')
  const isHealthy = async (): Promise<boolean> => {
    try {
      await pool.query('SELECT 1')
      return true
    } catch {
      return false
    }
  }
  return {
    type: 'postgres',
    isHealthy,
    stats: async () => ({ backend_type: 'postgres', postgres_url: url, postgres_available: await isHealthy(), degraded_mode_active: false }),
    append: async (envelope) => {
      await pool.query('INSERT INTO public.arqonbus_message_history (id, type, sender, room, payload) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
        envelope.id,
        envelope.type,
        envelope.body.sender,
        envelope.room,
        JSON.stringify(envelope.body.payload),
      ])
    },
    history: async (room, limit) => {
      const { rows } = await pool.query("SELECT id, type, room, payload FROM public.arqonbus_message_history WHERE $1 = '' OR room = $1 ORDER BY stored_at DESC LIMIT $2", [room, limit])
      return rows as JsonObject[]
    },
    close: () => pool.end(),
  }
}
