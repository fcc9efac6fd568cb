import type { IncomingMessage, ServerResponse } from 'node:http'
import { isAbsolute, join } from 'node:path'
import type { Accounts } from './accounts.js'
import type { AegisVersion, ApiMisbehaviour } from './misbehaviour.js'
import { brokerStatus, databaseStatus, storageStatus } from './health.js'
import type { PageCounters } from './page-counters.js'
import type { RequestLog } from './request-log.js'

export interface ApiState {
  readonly version: AegisVersion
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string
  readonly ownHostBrokerPort: number
  readonly misbehaviour: ApiMisbehaviour
  readonly accounts: Accounts
  readonly counters: PageCounters
  readonly log: RequestLog
}

interface Page {
  readonly status: number
  readonly body: unknown
  readonly type?: 'json' | 'html' | 'text'
}

type PageMaker = (state: ApiState, request: IncomingMessage) => Promise<Page> | Page

const notFound: Page = { status: 404, body: { detail: 'Not Found' } }
const html = (title: string): Page => ({
  status: 200,
  type: 'html',
  body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body></body></html>\n`,
})

async function health(state: ApiState): Promise<Page> {
  const { misbehaviour, environment, folder, ownHostBrokerPort, version } = state
  const timestamp = new Date().toISOString()
  if (misbehaviour.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, misbehaviour.delayMs))
  if (version === '2025-07-28') return { status: 200, body: { status: 'ok' } }
  if (misbehaviour.degraded) {
    const body = { error_id: `ERR_${Math.floor(Date.now() / 1000)}`, message: 'Internal server error', timestamp }
    return { status: 500, body }
  }
  const dataRoot = environment['DATA_ROOT'] ?? 'projects_data'
  const components = {
    database: await databaseStatus(environment['DATABASE_URL'] ?? ''),
    mqtt: await brokerStatus(ownHostBrokerPort),
    storage: storageStatus(isAbsolute(dataRoot) ? dataRoot : join(folder, dataRoot)),
  }
  const status = Object.values(components).every((each) => each === 'healthy') ? 'healthy' : 'unhealthy'
  return { status: 200, body: { status, timestamp, version: '1.0.0', components } }
}

/** Of the days of the guide: the database is unhealthy whatever it does, and `system` has no status. */
function comprehensive({ environment }: ApiState): Page {
  const host = environment['MQTT_HOST'] ?? 'mosquitto'
  const checks = {
    database: { status: 'unhealthy', error: "Not an executable object: 'SELECT 1'" },
    mqtt: { status: 'healthy', response_time: 0.01, host, port: Number(environment['MQTT_PORT'] ?? '8883') },
    certificates: { status: 'healthy', certificates: {}, expired_certificates: [], expiring_certificates: [] },
    system: {
      cpu_percent: 12.5,
      memory_percent: 40.1,
      memory_available_gb: 4.2,
      disk_percent: 30.0,
      disk_free_gb: 70.5,
    },
  }
  const timestamp = new Date().toISOString()
  const body = { timestamp, overall_status: 'unhealthy', checks, unhealthy_components: ['database'] }
  return { status: 200, body: { ...body, check_duration: 0.02 } }
}

function metrics({ counters, misbehaviour }: ApiState): Page {
  // Clients that use it meanwhile: without traffic there is no rate.
  if (misbehaviour.traffic !== 'none') {
    counters.count('/tasks', 'GET', 200, 100)
    counters.count('/tasks', 'POST', 500, misbehaviour.traffic === '5xx' ? 30 : 0)
  }
  const body = misbehaviour.withoutCounters ? '# HELP python_info\npython_info 1.0\n' : counters.page()
  return { status: 200, type: 'text', body }
}

async function token({ accounts }: ApiState, request: IncomingMessage): Promise<Page> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
  const login = accounts.logIn(form.get('username') ?? '', form.get('password') ?? '')
  if (login.status === 200) return { status: 200, body: { access_token: login.token, token_type: 'bearer' } }
  const locked = 'Account temporarily locked due to too many failed attempts'
  const detail = login.status === 423 ? locked : 'Incorrect username or password'
  return { status: login.status, body: { detail } }
}

function guarded(body: unknown): PageMaker {
  return ({ accounts, misbehaviour }, request) => {
    if (misbehaviour.openToAll) return { status: 200, body }
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (bearer === undefined) return { status: 401, body: { detail: 'Not authenticated' } }
    if (!accounts.knows(bearer)) return { status: 401, body: { detail: 'Could not validate credentials' } }
    return { status: 200, body }
  }
}

const documentation =
  (page: Page): PageMaker =>
  ({ misbehaviour }) =>
    misbehaviour.hidesDocumentation ? notFound : page

const pages: Readonly<Record<string, PageMaker>> = {
  'GET /': () => ({ status: 200, body: { status: 'Aegis Event Bus is online' } }),
  'GET /healthz': health,
  'GET /metrics': metrics,
  'POST /token': token,
  'GET /jobs': guarded([]),
  'GET /tasks': guarded([]),
  'GET /users': guarded({ users: [] }),
  'GET /errors/status': guarded({ circuit_breakers: {}, retry_handlers: {}, error_counts: {} }),
  'GET /docs': documentation(html('Aegis Event Bus - Swagger UI')),
  'GET /redoc': documentation(html('Aegis Event Bus - ReDoc')),
  'GET /openapi.json': documentation({ status: 200, body: { openapi: '3.1.0', info: { title: 'Aegis Event Bus' } } }),
}

/** What is there no more since two hours after the guide was written. */
const earlierPages: Readonly<Record<string, PageMaker>> = {
  'GET /healthz/comprehensive': comprehensive,
  'GET /metrics/system': guarded({ cpu_percent: 12.5, memory_percent: 40.1, disk_percent: 30 }),
  'GET /metrics/performance': guarded({ total_requests: 120, avg_response_time: 0.02, error_rate: 0 }),
}

function pageFor(state: ApiState, method: string, path: string): PageMaker {
  const known = state.version === 'head' ? pages : { ...pages, ...earlierPages }
  const made = known[`${method} ${path}`]
  if (made !== undefined) return made
  const hasPath = Object.keys(known).some((each) => each.endsWith(` ${path}`))
  return () => (hasPath ? { status: 405, body: { detail: 'Method Not Allowed' } } : notFound)
}

const types = { json: 'application/json', html: 'text/html; charset=utf-8', text: 'text/plain; version=0.0.4' } as const

const guards = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
}

/** Answers a request that the limit let through; all that it logs has the headers as they came. */
export async function answer(request: IncomingMessage, response: ServerResponse, state: ApiState): Promise<void> {
  const { impostor } = state.misbehaviour
  if (impostor !== 'none') {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(impostor === 'proxy' ? '<html><body>Welcome</body></html>' : '')
    return
  }
  const method = request.method ?? 'GET'
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  state.log('info', 'request_started', { method, path, headers: request.headers })
  const { status, body, type = 'json' } = await pageFor(state, method, path)(state, request)
  state.counters.count(path, method, status)
  response.writeHead(status, { ...guards, 'content-type': types[type] })
  response.end(method === 'HEAD' ? undefined : type === 'json' ? JSON.stringify(body) : String(body))
}
