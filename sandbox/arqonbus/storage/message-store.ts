import type { JsonObject } from '../../protobuf/struct.js'
import type { BusEnvelope } from '../bus-envelope.js'
import type { Backend, PageValues } from '../recorded-page.js'

/** Where the bus keeps its messages. */
export interface MessageStore {
  readonly backend: Backend
  /** What the bus's own code calls it; an error of the bare backend names it. */
  readonly className: string
  /** The backend's own ping. It waits as long as the datastore is silent. */
  isHealthy(): Promise<boolean>
  /** Its own statistics, by the names under which the recorded page of its backend knows them. */
  figures(): Promise<PageValues>
  append(envelope: BusEnvelope): Promise<void>
  /** The latest messages of a room, of all rooms when it is empty; the latest first. */
  history(room: string, limit: number): Promise<JsonObject[]>
  close(): Promise<void>
}
