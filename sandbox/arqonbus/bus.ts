import type { Server } from 'node:http'
import { join } from 'node:path'
import { type Endpoint, openEndpoint } from '../endpoint.js'
import { openLog } from '../log-file.js'
import type { Environment } from '../settings/environment.js'
import { type BusState, newBusState } from './bus-state.js'
import { createBusHttp } from './http.js'
import { type BusMisbehaviour, contractualBus } from './misbehaviour.js'
import type { LauncherShape } from './recorded-page.js'
import { refusals } from './refusals.js'
import { readBusSettings } from './settings.js'
import { connectStore } from './storage/connect-store.js'
import type { MessageStore } from './storage/message-store.js'
import { createTelemetry } from './telemetry.js'
import { createBusWebSocket } from './websocket.js'

/** The bus will not start with this environment; the message lists why, by variable. */
export class BusRefusedToStart extends Error {
  readonly code = 'SANDBOX_BUS_REFUSED'

  constructor(readonly reasons: readonly string[]) {
    super(`the bus refuses to start: ${reasons.join('; ')}`)
    this.name = 'BusRefusedToStart'
  }
}

interface BusOptions {
  /** Its working folder; the log goes to `logs/arqonbus.log` in it. */
  readonly folder: string
  /** Port of the HTTP pages, which no variable sets. 0 takes a free one. */
  readonly httpPort?: number
  /** What its launcher hands the HTTP pages as storage; the bus's storage object by default. */
  readonly shape?: LauncherShape
  /** Guards the admin endpoints. */
  readonly apiKey?: string
}

export interface Bus {
  readonly webSocket: Endpoint
  readonly http: Endpoint
  readonly telemetry: Endpoint
  readonly store: MessageStore
  readonly logFile: string
  /** Changed in place, at any time. */
  readonly misbehaviour: BusMisbehaviour
  /** Reads another environment without a restart; ports and storage stay as they are. */
  adopt(environment: Environment): void
  /** Back to its contract. */
  behave(): void
  stop(): Promise<void>
}

/** All three listeners, or none: what was opened before one fails is closed again. */
async function openEndpoints(state: BusState, httpPort: number): Promise<[Endpoint, Endpoint, Endpoint]> {
  const { host, port, telemetryHost, telemetryPort } = state.settings
  const opened: Endpoint[] = []
  const open = async (server: Server, at: string, wanted: number): Promise<Endpoint> => {
    const endpoint = await openEndpoint(server, at, wanted)
    opened.push(endpoint)
    return endpoint
  }
  try {
    return [
      await open(createBusWebSocket(state), host, port),
      await open(createBusHttp(state), '127.0.0.1', httpPort),
      await open(createTelemetry(state), telemetryHost, telemetryPort),
    ]
  } catch (error) {
    await Promise.all([...opened.map((endpoint) => endpoint.close()), state.store.close()])
    throw error
  }
}

/**
 * Starts a bus that keeps to the contract, with this environment and nothing of our own.
 * @throws BusRefusedToStart where the real one would not start
 */
export async function startBus(environment: Environment, options: BusOptions): Promise<Bus> {
  const reasons = refusals(environment)
  if (reasons.length > 0) throw new BusRefusedToStart(reasons)
  const settings = readBusSettings(environment)
  const logFile = join(options.folder, 'logs', 'arqonbus.log')
  const log = openLog(logFile, 'arqonbus')
  const store = await connectStore(settings)
  const state = newBusState(settings, store, log, options.shape ?? 'storage-object', options.apiKey)
  const [webSocket, http, telemetry] = await openEndpoints(state, options.httpPort ?? 0)
  if (!settings.isTelemetryEnabled) await telemetry.close()
  log('INFO', `ArqonBus WebSocket server started on ${webSocket.host}:${webSocket.port}`)
  return {
    webSocket,
    http,
    telemetry,
    store,
    logFile,
    misbehaviour: state.misbehaviour,
    adopt(changed) {
      state.settings = {
        ...readBusSettings(changed),
        host: settings.host,
        port: settings.port,
        telemetryHost: settings.telemetryHost,
        telemetryPort: settings.telemetryPort,
      }
    },
    behave() {
      Object.assign(state.misbehaviour, contractualBus())
    },
    async stop() {
      await Promise.all([webSocket.close(), http.close(), telemetry.close()])
      await store.close()
      log('INFO', 'ArqonBus stopped')
    },
  }
}
