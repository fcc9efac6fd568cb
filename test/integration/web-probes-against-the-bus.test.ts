import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { startBus, type Bus } from '../../sandbox/arqonbus/bus.js'
import { freePort } from '../../sandbox/process/free-port.js'
import { randomSecret } from '../../sandbox/random-secret.js'
import { probe as http } from '../../src/checks/probes/http.js'
import { probe as websocket } from '../../src/checks/probes/websocket.js'
import { observe } from '../checks/probes/observe.js'

const secret = randomSecret()
const packFolder = join(import.meta.dirname, '../../checks/arqonbus')
const proto = ['../shield/arqon.proto', 'bus.proto']
const message = { type: 'arqon.v1.Envelope', inside: { 'event.data': 'arqon.pybus.v1.BusPayload' } }
type Frames = z.input<typeof websocket.input>['frames']
type Token = z.input<typeof websocket.input>['token']

let folder: string
let bus: Bus

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-bus-'))
  const environment = {
    ARQONBUS_ENVIRONMENT: 'development',
    ARQONBUS_SERVER_PORT: String(await freePort()),
    ARQONBUS_TELEMETRY_HOST: '127.0.0.1',
    ARQONBUS_TELEMETRY_PORT: String(await freePort()),
    ARQONBUS_ENABLE_AUTH: 'true',
    ARQONBUS_AUTH_JWT_SECRET: secret,
    ARQONBUS_ALLOW_JSON_INFRA: 'false',
  }
  bus = await startBus(environment, { folder })
})
afterAll(async () => {
  await bus.stop()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(() => bus.behave())

const page = (path: string) => observe(http, { url: `http://127.0.0.1:${bus.http.port}${path}` })
const dialogue = (token: Token, frames: Frames = []) =>
  observe(
    websocket,
    { url: `ws://127.0.0.1:${bus.webSocket.port}/`, proto, frames, ...(token === undefined ? {} : { token }) },
    { packFolder },
  )
const claims = { sub: 'preflight', tenant_id: 'preflight' }

describe('the web probes against the bus of the sandbox', () => {
  it('reads its pages', async () => {
    expect(await page('/health')).toMatchObject({
      status: 200,
      isJson: true,
      json: { status: 'healthy', service: 'arqonbus' },
    })
    expect((await page('/status')).json).toHaveProperty('status')
    expect(await page('/nowhere')).toMatchObject({ status: 404 })
  })

  it.each<[string, Token]>([
    ['no token', undefined],
    ['a forged token', { mint: { claims, tamper: 'signature' } }],
    ['an unsigned token', { mint: { claims, algorithm: 'none' } }],
    ['an expired token', { mint: { secret, claims, 'expired-ago': '5m' } }],
    ['a malformed header', { raw: 'Basic abc' }],
  ])('is refused with %s, by the bus itself', async (_name, token) => {
    const facts = await dialogue(token)
    expect(facts).toMatchObject({
      reached: 'response',
      upgraded: false,
      status: 401,
      isJson: true,
      json: { error: 'Unauthorized' },
      problem: { code: 'none' },
    })
    expect(facts.wwwAuthenticate).toBe('Bearer realm="arqonbus"')
  })

  it.each<[string, Token]>([
    ['the header', { mint: { secret, claims } }],
    ['the query', { place: 'query', name: 'access_token', mint: { secret, claims } }],
  ])('is let in with a valid token in %s, and greeted in protobuf', async (_place, token) => {
    const facts = await dialogue(token, [{ receive: { message } }])
    expect(facts.received).toMatchObject([
      {
        arrived: true,
        binary: true,
        decoded: true,
        message: {
          payload: 'event',
          event: { data: { sender: 'arqonbus', payload: { welcome: 'Connected to ArqonBus' } } },
        },
      },
    ])
  })

  it('shows that JSON is not spoken here', async () => {
    const json = {
      id: 'arq_1767225600000_1_0f0f0f',
      type: 'command',
      timestamp: '2026-01-01T00:00:00+00:00',
      version: '1.0',
      command: 'ping',
      args: {},
    }
    const facts = await dialogue({ mint: { secret, claims } }, [
      { receive: {} },
      { send: { json } },
      { receive: { message } },
    ])
    const [, answer] = facts.received
    expect(JSON.stringify([answer?.json, answer?.message])).toContain('INFRA_PROTOCOL_ERROR')
  })

  it('hears telemetry', async () => {
    const frames: Frames = [
      { receive: { match: { 'json.event_type': 'telemetry_connected' } } },
      { send: { json: { type: 'ping' } } },
      { receive: { match: { 'json.type': 'pong' } } },
    ]
    const facts = await observe(websocket, { url: `ws://127.0.0.1:${bus.telemetry.port}/`, frames })
    expect(facts).toMatchObject({ reached: 'frames', problem: { code: 'none' } })
  })
})
