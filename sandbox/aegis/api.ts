import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { openEndpoint, type Endpoint } from '../endpoint.js'
import { behaved, type AegisVersion, type ApiMisbehaviour } from './misbehaviour.js'
import { randomSecret } from '../random-secret.js'
import { Accounts } from './accounts.js'
import { answer, type ApiState } from './pages.js'
import { PageCounters } from './page-counters.js'
import { productionLimit, RequestLimit, type LimitSettings } from './request-limit.js'
import { openRequestLog } from './request-log.js'

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
