import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AegisApi, startApi, type ApiOptions } from '../../../sandbox/aegis/api.js'
import { freePort } from '../../../sandbox/process/free-port.js'

const plenty = { requests: 1000, windowMs: 60_000 }
const environment = {
  ENV: 'production',
  SECRET_KEY: 'a-key-of-this-test',
  USERS: 'operator:Aa1!aaaa, auditor : Bb2!bbbb ',
  DATABASE_URL: 'postgresql+psycopg2://nobody:x@127.0.0.1:1/none?sslmode=require',
  DATA_ROOT: 'projects_data',
}

let folder: string
let api: AegisApi
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-api-'))
  mkdirSync(join(folder, 'projects_data'))
})
afterEach(async () => {
  await api.stop()
  rmSync(folder, { recursive: true })
})

async function start(options: Partial<ApiOptions> = {}, changes: Readonly<Record<string, string>> = {}): Promise<void> {
  const ownHostBrokerPort = await freePort()
  api = await startApi({ ...environment, ...changes }, { folder, limit: plenty, ownHostBrokerPort, ...options })
}

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${api.endpoint.port}${path}`, init)

const logIn = (username: string, password: string): Promise<Response> =>
  ask('/token', { method: 'POST', body: new URLSearchParams({ username, password }) })

describe('the health page', () => {
  it('is 200 and says unhealthy, component by component', async () => {
    await start()
    const answer = await ask('/healthz')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      status: 'unhealthy',
      version: '1.0.0',
      components: { database: 'unhealthy', mqtt: 'unhealthy', storage: 'healthy' },
    })
  })

  it('is 405 for HEAD, and 500 with an error_id in degraded mode', async () => {
    await start()
    expect((await ask('/healthz', { method: 'HEAD' })).status).toBe(405)
    api.misbehaviour.degraded = true
    const answer = await ask('/healthz')
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({ error_id: expect.stringMatching(/^ERR_\d+$/) as string })
  })

  it('is another one in the release of the guide', async () => {
    await start({ version: '2025-07-28' })
    expect(await (await ask('/healthz')).json()).toEqual({ status: 'ok' })
    const { checks } = (await (await ask('/healthz/comprehensive')).json()) as { checks: Record<string, object> }
    expect(checks).toMatchObject({ database: { status: 'unhealthy' }, mqtt: { status: 'healthy' } })
    expect(checks['system']).not.toHaveProperty('status')
  })
})

it.each([
  '/healthz/comprehensive',
  '/healthz/detailed',
  '/metrics/system',
  '/metrics/performance',
  '/metrics/prometheus',
])('%s is 404 at head', async (path) => {
  await start()
  const answer = await ask(path)
  expect([answer.status, await answer.json()]).toEqual([404, { detail: 'Not Found' }])
})

describe('the limit', () => {
  it('counts every path, and refuses the eleventh request of a client', async () => {
    await start({ limit: { requests: 10, windowMs: 60_000 } })
    for (let count = 0; count < 10; count += 1)
      expect((await ask(count % 2 ? '/metrics' : '/healthz')).status).toBe(200)
    const answer = await ask('/')
    expect([answer.status, await answer.text()]).toEqual([429, 'Rate limit exceeded'])
    expect(answer.headers.get('retry-after')).toBe('60')
    expect((await ask('/', { headers: { 'x-forwarded-for': '10.0.0.9, 10.0.0.1' } })).status).toBe(200)
    expect(readFileSync(api.logFile, 'utf8')).toContain('"event":"rate_limit_exceeded","level":"warning"')
  })

  it('is none in development', async () => {
    await start({ limit: { requests: 1, windowMs: 60_000 } }, { ENV: 'development' })
    expect([(await ask('/')).status, (await ask('/')).status]).toEqual([200, 200])
  })
})

describe('a login', () => {
  it('gives a token that opens what is closed without one, and that is in the log', async () => {
    await start()
    const closed = await ask('/jobs')
    expect([closed.status, await closed.json()]).toEqual([401, { detail: 'Not authenticated' }])
    const { access_token: token } = (await (await logIn('auditor', 'Bb2!bbbb')).json()) as { access_token: string }
    expect((await ask('/jobs', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
    const forged = await ask('/jobs', { headers: { authorization: `Bearer ${token}x` } })
    expect([forged.status, await forged.json()]).toEqual([401, { detail: 'Could not validate credentials' }])
    expect(readFileSync(api.logFile, 'utf8')).toContain(`Bearer ${token}`)
  })

  it('is locked after five that failed, for this user alone', async () => {
    await start()
    for (let count = 0; count < 5; count += 1) expect((await logIn('operator', 'wrong')).status).toBe(401)
    expect((await logIn('operator', 'Aa1!aaaa')).status).toBe(423)
    expect((await logIn('auditor', 'Bb2!bbbb')).status).toBe(200)
  })
})

it('counts by handler, method and class of status', async () => {
  await start()
  await ask('/jobs')
  const page = await (await ask('/metrics')).text()
  expect(page).toMatch(/^http_requests_total\{handler="\/jobs",method="GET",status="4xx"\} 1\.0$/m)
})
