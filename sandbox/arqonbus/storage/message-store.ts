import type { JsonObject } from '../../protobuf/struct.js'
import type { BusEnvelope } from '../bus-envelope.js'

/** Where the bus keeps its messages. */
export interface MessageStore {
  /** As `/system/config` names it. */
  readonly type: 'redis_streams' | 'postgres' | 'memory'
  /** The backend's own ping. It waits as long as the datastore is silent. */
  isHealthy(): Promise<boolean>
  /** What `/storage/stats` prints. */
  stats(): Promise<JsonObject>
  append(envelope: BusEnvelope): Promise<void>
  /** The latest messages of a room, of all rooms when it is empty; the latest first. */
  history(room: string, limit: number): Promise<JsonObject[]>
  close(): Promise<void>
}
