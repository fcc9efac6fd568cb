import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setInterval } from 'node:timers'
import type { BusState } from './bus-state.js'
import { type HttpAnswer, json } from './http-answer.js'
import {
  configurationPage,
  healthPage,
  metricsPage,
  prometheusPage,
  statusPage,
  storageStatsPage,
  versionPage,
} from './status-pages.js'

type Page = (state: BusState) => Promise<HttpAnswer>

const pages: ReadonlyMap<string, Page> = new Map([
  ['/health', healthPage],
  ['/status', statusPage],
  ['/version', versionPage],
  ['/metrics', metricsPage],
  ['/metrics/prometheus', prometheusPage],
  ['/storage/stats', storageStatsPage],
  ['/system/config', configurationPage],
])

const adminPaths = ['/admin/shutdown', '/admin/restart']

/** Open when no API key is configured, as in the real bus; the log shows who called. */
function adminAnswer(request: IncomingMessage, path: string, state: BusState): HttpAnswer {
  if (state.apiKey !== undefined && request.headers['x-api-key'] !== state.apiKey)
    return json({ error: 'Unauthorized' }, 401)
  state.log('WARNING', `${path} was called`)
  return json({ status: 'accepted' })
}

async function answer(request: IncomingMessage, state: BusState): Promise<HttpAnswer> {
  const path = new URL(request.url ?? '/', 'http://bus').pathname
  state.requests.set(path, (state.requests.get(path) ?? 0) + 1)
  const page = pages.get(path)
  if (page !== undefined) return request.method === 'GET' ? page(state) : json({ error: 'method not allowed' }, 405)
  if (adminPaths.includes(path))
    return request.method === 'POST' ? adminAnswer(request, path, state) : json({ error: 'method not allowed' }, 405)
  return json({ error: 'not found' }, 404)
}

/** Drips until the client hangs up: within any time limit and size limit it never ends. */
function drip(response: ServerResponse, start: string): void {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  response.write(start)
  const timer = setInterval(() => response.write('x'.repeat(64)), 50)
  response.once('close', () => clearInterval(timer))
}

function send(response: ServerResponse, result: HttpAnswer): void {
  if (result.kind === 'never-ends') drip(response, result.body)
  else if (result.kind === 'complete') response.writeHead(result.status, result.headers).end(result.body)
}

/** The bus's HTTP pages. */
export function createBusHttp(state: BusState): Server {
  return createServer((request, response) => {
    answer(request, state).then(
      (result) => send(response, result),
      (error: unknown) => {
        state.errors += 1
        state.log('ERROR', `${request.url ?? ''} failed: ${error instanceof Error ? error.name : 'unknown'}`)
        send(response, json({ error: 'internal error' }, 500))
      },
    )
  })
}
