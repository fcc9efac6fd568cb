import type { Log } from '../log-file.js'
import { type BusMisbehaviour, contractualBus } from './misbehaviour.js'
import type { LauncherShape } from './recorded-page.js'
import type { BusSettings } from './settings.js'
import type { MessageStore } from './storage/message-store.js'

/** What the parts of a running bus share. */
export interface BusState {
  settings: BusSettings
  readonly misbehaviour: BusMisbehaviour
  readonly store: MessageStore
  /** What the launcher handed the HTTP pages. */
  readonly shape: LauncherShape
  readonly log: Log
  readonly startedAt: number
  readonly apiKey: string | undefined
  activeConnections: number
  totalMessages: number
  totalCommands: number
  errors: number
  readonly requests: Map<string, number>
}

export function newBusState(
  settings: BusSettings,
  store: MessageStore,
  log: Log,
  shape: LauncherShape,
  apiKey: string | undefined,
): BusState {
  return {
    settings,
    misbehaviour: contractualBus(),
    store,
    shape,
    log,
    startedAt: Date.now(),
    apiKey,
    activeConnections: 0,
    totalMessages: 0,
    totalCommands: 0,
    errors: 0,
    requests: new Map(),
  }
}

export function uptimeSeconds(state: BusState): number {
  return (Date.now() - state.startedAt) / 1000
}
