import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { envelopeDescriptorSet } from '../../../sandbox/protobuf/descriptor-set.js'
import { startNats, type NatsServer } from '../../../sandbox/servers/nats.js'
import { startShield, type Shield } from '../../../sandbox/shield/shield.js'
import { SilenceError } from '../../../src/base/errors.js'
import { probe } from '../../../src/checks/probes/relay.js'
import { afterFirstWords, closing, resetting, saying, silent, startRawPeer, type Script } from '../../peers/raw-peer.js'
import { attempt } from './attempt.js'
import { addressesOf, observe } from './observe.js'

const secret = 'canary-0123456789abcdef0123456789abcdef'
const packFolder = join(import.meta.dirname, '../../../checks/shield')
type Input = z.input<typeof probe.input>

let folder: string
let nats: NatsServer
let shield: Shield

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-relay-'))
  nats = await startNats(join(folder, 'nats'), undefined, 'nothing')
  const working = join(folder, 'shield')
  mkdirSync(working)
  writeFileSync(join(working, 'envelope.desc'), envelopeDescriptorSet())
  shield = await startShield(
    { JWT_SECRET: secret, NATS_URL: nats.url, ARQON_SCHEMA_STRICT: 'true' },
    { folder: working },
  )
})
afterAll(async () => {
  await shield.stop()
  await nats.stop()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(() => shield.behave())

const input = (changes: Partial<Input> = {}): Input => ({
  url: `ws://127.0.0.1:${shield.edge.port}/ws`,
  token: { mint: { secret, claims: { sub: 'preflight', tenant_id: 'preflight' } } },
  nats: nats.url,
  subject: 'in.t.preflight.raw',
  proto: ['arqon.proto'],
  type: 'arqon.v1.Envelope',
  value: { tenant_id: 'preflight', event: { type: 'message', data: 'hi' } },
  'trace-field': 'trace_id',
  'time-field': 'timestamp',
  within: '400ms',
  wait: '200ms',
  ...changes,
})
const relay = (changes: Partial<Input> = {}) => observe(probe, input(changes), { packFolder })

describe('relay through a real NATS server', () => {
  it('sees a valid message at both ends', async () => {
    const facts = await relay()
    expect(facts).toMatchObject({
      reached: 'relay',
      problem: { code: 'none' },
      status: 101,
      token: 'signed',
      echoedSame: true,
      relayedSame: true,
      closedCode: 0,
    })
    expect(facts.traceId).toMatch(/^preflight-[0-9a-f]{16}$/)
    expect(JSON.stringify(facts)).not.toContain('canary')
    expect(addressesOf(probe, input())).toEqual([`ws://127.0.0.1:${shield.edge.port}/ws`, `127.0.0.1:${nats.port}`])
  })

  it('proves that bytes which are not a message are rejected', async () => {
    const facts = await relay({ mode: 'invalid' })
    expect(facts).toMatchObject({
      reached: 'after',
      echoedSame: true,
      relayedSame: true,
      invalidEchoed: false,
      invalidRelayed: false,
      afterEchoed: true,
      afterRelayed: true,
    })
  })

  it('catches a schema check that is off', async () => {
    shield.misbehaviour.schema = 'off'
    expect(await relay({ mode: 'invalid' })).toMatchObject({
      reached: 'after',
      invalidEchoed: true,
      invalidRelayed: true,
      afterEchoed: true,
    })
  })

  it('a message that is refused is a fact, since the peer is alive', async () => {
    shield.misbehaviour.schema = 'refuses-all'
    expect(await relay({ mode: 'invalid' })).toMatchObject({
      reached: 'sent',
      problem: { code: 'none' },
      echoed: false,
      relayed: false,
      afterEchoed: false,
    })
  })

  it.each([
    ['echo-only', { reached: 'echo', echoedSame: true, relayed: false }],
    ['publish-only', { reached: 'relay', echoed: false, relayedSame: true }],
    ['altered', { reached: 'relay', echoedSame: true, relayed: true, relayedSame: false }],
    ['other-subject', { reached: 'echo', echoedSame: true, relayed: false }],
  ] as const)('tells a relay that is %s', async (misbehaviour, expected) => {
    shield.misbehaviour.relay = misbehaviour
    expect(await relay()).toMatchObject({ ...expected, problem: { code: 'none' } })
  })

  it('takes a refused upgrade for an answer', async () => {
    const untokened = input()
    delete untokened.token
    const facts = await observe(probe, untokened, { packFolder })
    expect(facts).toMatchObject({
      reached: 'response',
      upgraded: false,
      status: 401,
      problem: { code: 'none' },
      json: { error: 'Unauthorized', details: 'Missing Authorization header' },
    })
  })

  it('tells a peer that hangs up', async () => {
    shield.misbehaviour.webSocket = 'closes'
    expect(await relay()).toMatchObject({
      upgraded: true,
      closedCode: 1011,
      problem: { code: 'closed-by-peer' },
      echoed: false,
    })
  })

  it('refuses an author his mistake before anything is contacted', async () => {
    await expect(relay({ 'trace-field': 'nonsense' })).rejects.toThrow('Envelope has no field nonsense')
    await expect(relay({ proto: ['nowhere.proto'] })).rejects.toThrow('nowhere.proto')
    expect(probe.input.safeParse(input({ subject: 'in.t.*.raw' })).success).toBe(false)
  })
})

describe('relay and the leg to NATS', () => {
  it('a wrong password', async () => {
    const facts = await relay({ nats: nats.url.replace('nats://', `nats://${nats.user}:wrong@`) })
    expect(facts).toMatchObject({
      reached: 'none',
      problem: { code: 'nats-authorization', class: 'config', transient: false },
    })
  })

  it('a subject that may not be watched', async () => {
    const other = await startNats(join(folder, 'forbidding'))
    try {
      await other.restart({ denySubscribe: ['in.t.*.raw'] })
      expect(await relay({ nats: other.url })).toMatchObject({
        reached: 'none',
        problem: { code: 'nats-permission', class: 'config' },
      })
    } finally {
      await other.stop()
    }
  })

  it('no listener, and nothing that is a URL', async () => {
    const gone = await startRawPeer(silent)
    await gone.stop()
    expect(await relay({ nats: `nats://127.0.0.1:${gone.port}` })).toMatchObject({
      reached: 'none',
      problem: { code: 'nats-unreachable', transient: true },
    })
    expect(await relay({ nats: 'http://127.0.0.1' })).toMatchObject({ problem: { code: 'nats-bad-url' } })
  })

  it.each([
    ['hangs up', closing, 'nats-lost'],
    ['resets', resetting, 'nats-lost'],
    ['speaks something else', saying('+OK\r\n'), 'not-nats'],
  ])('one that %s', async (_name, script, code) => {
    const scripted = await startRawPeer(script)
    try {
      expect(await relay({ nats: `nats://127.0.0.1:${scripted.port}` })).toMatchObject({
        reached: 'none',
        problem: { code },
      })
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  it('one that is paused', async () => {
    await nats.pause()
    try {
      const { error } = await attempt(probe, input(), 500, { packFolder })
      expect(error).toBeInstanceOf(SilenceError)
    } finally {
      nats.resume()
    }
  })
})

/** Upgrades as RFC 6455 asks for, and never says a word again: no echo, no pong. */
const upgradesAndFallsSilent: Script = (socket) => {
  socket.once('data', (request) => {
    const key = /sec-websocket-key: (.*)\r\n/i.exec(request.toString('latin1'))?.[1] ?? ''
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
  })
}

describe('relay and a peer that falls silent', () => {
  it.each([
    ['on connecting', silent, 'connect', 600],
    ['in a refusal', afterFirstWords(saying('HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\n')), 'response', 600],
    ['after the upgrade, pings included', upgradesAndFallsSilent, 'sent', 20_000],
  ])('%s', async (_name, script, reached, limit) => {
    const scripted = await startRawPeer(script)
    try {
      const { error, rungs } = await attempt(probe, input({ url: `ws://127.0.0.1:${scripted.port}/` }), limit, {
        packFolder,
      })
      expect(error).toBeInstanceOf(SilenceError)
      expect(rungs[0]).toBe('subscribe')
      expect(rungs.at(-1)).toBe(reached)
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  it('one that dies after the upgrade', async () => {
    const scripted = await startRawPeer((socket) => {
      upgradesAndFallsSilent(socket)
      socket.once('data', () => socket.once('data', () => socket.resetAndDestroy()))
    })
    try {
      expect(await relay({ url: `ws://127.0.0.1:${scripted.port}/` })).toMatchObject({
        upgraded: true,
        echoed: false,
        closedCode: 1006,
        problem: { code: 'connection-reset' },
      })
    } finally {
      await scripted.stop()
    }
  })
})
