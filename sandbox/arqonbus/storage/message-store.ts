import type { JsonObject } from '../../protobuf/struct.js'
import type { BusEnvelope } from '../bus-envelope.js'
import type { Backend, PageValues } from '../recorded-page.js'

/** A message as the history shows it. */
export interface HistoryEntry {
  readonly envelope: JsonObject
  /** ISO-8601 */
  readonly stored_at: string
  readonly storage_metadata: JsonObject
}

/** What of the history is asked for; an empty room or channel is each of them. */
export interface HistoryQuery {
  readonly room: string
  readonly channel: string
  readonly limit: number
}

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
  /** In the order of the backend: the latest first, but for the hot store, which has the oldest first. */
  history(query: HistoryQuery): Promise<HistoryEntry[]>
  close(): Promise<void>
}
