import type { JsonObject } from '../protobuf/struct.js'
import type { BusState } from './bus-state.js'
import { CommandRefused } from './command-refused.js'
import type { HistoryEntry } from './storage/message-store.js'

const mostEntries = 1000

/**
 * What `op.history.get` answers with: `_history_get` of the bus's `transport/websocket_bus.py` (7839170a).
 * @throws CommandRefused as the bus refuses it
 */
export async function readHistory(args: JsonObject, state: BusState, isAdmin: boolean): Promise<JsonObject> {
  const [room, channel] = [nameIn(args['room']), nameIn(args['channel'])]
  const limit = limitIn(args['limit'])
  if (!isAdmin && room === '')
    throw new CommandRefused('AUTHORIZATION_ERROR', "Only admin clients can query global history; provide 'room'")
  const entries = (await read(state, { room, channel, limit })).map((entry) => shown(entry, state))
  return { entries: entries.map((entry) => ({ ...entry })), count: entries.length, room, channel, limit }
}

async function read(state: BusState, query: Parameters<BusState['store']['history']>[0]): Promise<HistoryEntry[]> {
  try {
    return await state.store.history(query)
  } catch (error) {
    const words = error instanceof Error ? error.message : 'unknown'
    throw new CommandRefused('EXECUTION_ERROR', `Execution error: ${words}`)
  }
}

function nameIn(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}

function limitIn(value: unknown): number {
  if (value === undefined) return 100
  const limit = typeof value === 'number' ? Math.trunc(value) : Number.NaN
  if (!(limit > 0)) throw new CommandRefused('VALIDATION_ERROR', "Validation error: 'limit' must be > 0")
  if (limit > mostEntries)
    throw new CommandRefused('VALIDATION_ERROR', `Validation error: 'limit' must be <= ${mostEntries}`)
  return limit
}

/**
 * A store that the launcher made with `RedisStreamsStorage.create` reads its streams as bytes, and finds no field by
 * its name; one that the bus connects itself reads texts (`storage/redis_streams.py`, 54c5e877).
 */
function shown(entry: HistoryEntry, { misbehaviour }: BusState): HistoryEntry {
  if (misbehaviour.rooms !== 'without-content') return entry
  const blank = { id: '', timestamp: entry.stored_at, type: '', version: '1.0', payload: {}, args: {}, metadata: {} }
  return { ...entry, envelope: blank }
}
