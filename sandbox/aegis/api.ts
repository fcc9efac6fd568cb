import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { openEndpoint, type Endpoint } from '../endpoint.js'
import { randomSecret } from '../random-secret.js'
import { Accounts } from './accounts.js'
import { answer, type ApiState } from './pages.js'
import { PageCounters } from './page-counters.js'
import { productionLimit, RequestLimit, type LimitSettings } from './request-limit.js'
import { openRequestLog } from './request-log.js'

/** The version that the repository has now, and the one of the days when its operations guide was written. */
export type AegisVersion = 'head' | '2025-07-28'

/** How the stand-in differs from a whole Aegis. */
export interface ApiMisbehaviour {
  /** What `/errors/degraded-mode/enable` does: the health page is then an internal error. */
  degraded: boolean
  /** Pages that need a login answer without one. */
  openToAll: boolean
  /** What clients get that use it meanwhile, by class. */
  traffic: '2xx' | '5xx' | 'none'
  /** Milliseconds before the health page answers. */
  delayMs: number
  /** What answers in place of Aegis. */
  impostor: 'none' | 'proxy' | 'empty'
  /** Whether the page of the metrics has lost its counters. */
  withoutCounters: boolean
  /** A proxy in front of it hides the documentation. */
  hidesDocumentation: boolean
}

const behaved: ApiMisbehaviour = {
  degraded: false,
  openToAll: false,
  traffic: '2xx',
  delayMs: 0,
  impostor: 'none',
  withoutCounters: false,
  hidesDocumentation: true,
}

export interface ApiOptions {
  readonly folder: string
  readonly version?: AegisVersion
  /** Ten requests in 60 s, unless a test cannot wait that long. */
  readonly limit?: LimitSettings
  /** Stands for port 1883 of the API's own host, which the health page asks whatever the environment says. */
  readonly ownHostBrokerPort: number
}

export interface AegisApi {
  readonly endpoint: Endpoint
  readonly misbehaviour: ApiMisbehaviour
  readonly accounts: Accounts
  readonly logFile: string
  /** Back to a whole Aegis, with the requests and failed logins of its clients forgotten. */
  behave(): void
  stop(): Promise<void>
}

/** Starts a stand-in of the API that keeps to what was observed of the real one. */
export async function startApi(
  environment: Readonly<Record<string, string>>,
  { folder, version = 'head', limit = productionLimit, ownHostBrokerPort }: ApiOptions,
): Promise<AegisApi> {
  const logFile = join(folder, 'logs', 'app.log')
  const misbehaviour = { ...behaved }
  const requests = new RequestLimit(limit)
  const accounts = new Accounts(environment['USERS'] ?? '', environment['SECRET_KEY'] ?? randomSecret())
  const state: ApiState = {
    version,
    environment,
    folder,
    ownHostBrokerPort,
    misbehaviour,
    accounts,
    counters: new PageCounters(),
    log: openRequestLog(logFile),
  }
  state.log('info', 'application_started')
  const isLimited = ['production', 'staging'].includes(environment['ENV'] ?? '')
  const server = createServer((request, response) => {
    if (isLimited && !requests.allows(clientOf(request))) {
      state.log('warning', 'rate_limit_exceeded', { client: clientOf(request) })
      response.writeHead(429, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '60' })
      response.end('Rate limit exceeded')
      return
    }
    void answer(request, response, state)
  })
  const endpoint = await openEndpoint(server, '127.0.0.1', 0)
  return {
    endpoint,
    misbehaviour,
    accounts,
    logFile,
    behave() {
      Object.assign(misbehaviour, behaved)
      requests.forget()
      accounts.forgive()
    },
    stop: () => endpoint.close(),
  }
}

/** The first address of X-Forwarded-For, whoever sent it. */
function clientOf(request: IncomingMessage): string {
  const forwarded = request.headers['x-forwarded-for']
  const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(',')[0]?.trim()
  return first ?? request.socket.remoteAddress ?? ''
}

