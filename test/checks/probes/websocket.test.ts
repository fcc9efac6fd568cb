import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { SilenceError } from '../../../src/base/errors.js'
import { probe } from '../../../src/checks/probes/websocket.js'
import {
  afterFirstWords,
  closing,
  resetting,
  saying,
  silent,
  soon,
  startRawPeer,
  type Script,
} from '../../peers/raw-peer.js'
import { judgeBearer, startWebSocketPeer, type WebSocketPeer } from '../../peers/websocket-peer.js'
import { attempt } from './attempt.js'
import { observe } from './observe.js'

const secret = 'canary-0123456789abcdef0123456789abcdef'
const packFolder = join(import.meta.dirname, '../../../checks/arqonbus')
const proto = ['../shield/arqon.proto', 'bus.proto']
/** The contract's vector: trace_id preflight-0001, an event `message` that says `hi`. */
const envelope =
  '0a0e707265666c696768742d303030311209707265666c696768741a0570726f62652080d0eab6b733320e0a0776657273696f6e1203312e30aa010d0a076d65737361676512026869'

type Input = z.input<typeof probe.input>
let peer: WebSocketPeer

beforeAll(async () => {
  peer = await startWebSocketPeer(
    (socket, request) => {
      if (request.url === '/flood') {
        for (let count = 0; count < 500; count += 1) socket.send(JSON.stringify({ type: 'noise', count }))
      }
      if (request.url === '/leaves') return socket.close(1008, 'not welcome')
      if (request.url === '/restarts') return socket.close(1012)
      if (request.url === '/drops') return void setTimeout(() => socket.terminate(), 20)
      if (request.url === '/greets') socket.send(Buffer.from(envelope, 'hex'))
      if (request.url === '/mute') return
      socket.on('message', (data, isBinary) => {
        const frame = data as Buffer
        if (frame.toString() === 'leave') return socket.close(1000)
        if (isBinary) return socket.send(frame)
        socket.send(JSON.stringify({ type: 'error', code: 'INFRA_PROTOCOL_ERROR', heard: frame.toString() }))
      })
    },
    (request) => {
      if (request.url === '/locked') return { status: 423, body: 'locked' }
      if (request.url === '/busy') return { status: 429, headers: { 'retry-after': '30' }, body: 'slow down' }
      if (!request.url?.startsWith('/private')) return undefined
      const query = new URL(request.url, 'http://peer').searchParams.get('access_token')
      const reason = judgeBearer(query === null ? request.headers.authorization : `Bearer ${query}`, secret)
      if (reason === undefined) return undefined
      return {
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="peer"', 'content-type': 'application/json' },
        body: JSON.stringify({ error: 'Unauthorized', details: reason }),
      }
    },
  )
})
afterAll(() => peer.stop())

const at = (path: string, input: Omit<Input, 'url'> = {}) =>
  observe(probe, { ...input, url: `${peer.url}${path}` }, { packFolder })

describe('several connections', () => {
  it('are all refused, and reported as that', async () => {
    expect(await at('/private', { connections: 8 })).toMatchObject({
      connections: 8,
      refusals: 8,
      shown: 1,
      upgraded: false,
      status: 401,
      json: { details: 'missing' },
      problem: { code: 'none' },
    })
  })

  it.each<[string, readonly (number | string)[], object]>([
    [
      'ends them, at the one that is accepted',
      [401, 401, 101, 401],
      { connections: 3, refusals: 2, shown: 3, upgraded: true, status: 101 },
    ],
    [
      'is the one to judge, by its status',
      [401, 'other', 401, 403],
      { connections: 4, refusals: 4, shown: 4, upgraded: false, status: 403 },
    ],
    [
      'is the one to judge, by its body',
      [401, 401, 'other', 401],
      { connections: 4, refusals: 4, shown: 3, upgraded: false, status: 401, json: { error: 'other' } },
    ],
  ])('of which one is answered otherwise: that %s', async (_name, answers, expected) => {
    let asked = 0
    const mixed = await startWebSocketPeer(
      () => undefined,
      () => {
        const answer = answers[asked++]
        if (answer === 101) return undefined
        return {
          status: typeof answer === 'number' ? answer : 401,
          body: JSON.stringify({ error: answer === 'other' ? 'other' : 'Unauthorized' }),
        }
      },
    )
    try {
      expect(await observe(probe, { url: `${mixed.url}/`, connections: 4 })).toMatchObject(expected)
      await mixed.released()
    } finally {
      await mixed.stop()
    }
  })

  it('cannot be used to exchange frames', () => {
    expect(probe.input.safeParse({ url: 'ws://127.0.0.1:1/', connections: 8, frames: [{ receive: {} }] }).success).toBe(
      false,
    )
    for (const connections of [0, 65, 1.5])
      expect(probe.input.safeParse({ url: 'ws://127.0.0.1:1/', connections }).success).toBe(false)
  })
})

describe('websocket and tokens', () => {
  it('observes nothing of a peer that is asked too often', async () => {
    await expect(at('/busy')).rejects.toThrow(
      'throttled: the peer answers 429 (too many requests); it asks to wait 30 s',
    )
  })

  it('observes nothing of a peer that has locked the account', async () => {
    await expect(at('/locked')).rejects.toThrow('locked: the peer answers 423 (locked). Nothing was observed')
  })

  it('takes a refusal for an answer, with its reason', async () => {
    const facts = await at('/private')
    expect(facts).toMatchObject({
      reached: 'response',
      problem: { code: 'none' },
      upgraded: false,
      status: 401,
      contentType: 'application/json',
      wwwAuthenticate: 'Bearer realm="peer"',
      isJson: true,
      json: { error: 'Unauthorized', details: 'missing' },
      token: 'none',
    })
  })

  it.each([
    ['a given one', { value: 'a.b.c', scheme: 'bearer' }, 'malformed', 'given'],
    ['a raw header', { raw: 'Basic abc' }, 'malformed', 'raw'],
    ['a forged one', { mint: { tamper: 'signature' as const, claims: { sub: 'x' } } }, 'forged', 'forged'],
    ['an unsigned one', { mint: { algorithm: 'none' as const } }, 'unsigned', 'unsigned'],
    ['an expired one', { mint: { secret, 'expired-ago': '5m' } }, 'expired', 'expired'],
    ['one of another key', { mint: { secret: 'some other key' } }, 'forged', 'signed'],
  ])('%s is refused for what is wrong with it', async (_name, token, reason, kind) => {
    expect(await at('/private', { token })).toMatchObject({
      status: 401,
      json: { details: reason },
      token: kind,
      reached: 'response',
    })
  })

  it('a good one is let in, from header or query', async () => {
    const mint = { secret, claims: { sub: 'preflight' } }
    const facts = await at('/private', { token: { mint } })
    expect(facts).toMatchObject({
      reached: 'frames',
      problem: { code: 'none' },
      upgraded: true,
      status: 101,
      token: 'signed',
      closedCode: 0,
    })
    expect(await at('/private?a=1', { token: { place: 'query', name: 'access_token', mint } })).toMatchObject({
      upgraded: true,
    })
    expect(peer.lastRequest()?.headers.authorization).toBeUndefined()
    expect(peer.lastRequest()?.url).toMatch(/^\/private\?a=1&access_token=ey/)
    expect(JSON.stringify(facts)).not.toContain('canary')
  })

  it('sends headers, subprotocols and Basic authorization', async () => {
    await observe(probe, {
      url: `${peer.url.replace('//', '//user:pass@')}/greets#part`,
      headers: { 'X-Probe': 'yes' },
    })
    expect(peer.lastRequest()?.headers).toMatchObject({
      'x-probe': 'yes',
      authorization: `Basic ${Buffer.from('user:pass').toString('base64')}`,
    })
    expect(peer.lastRequest()?.url).toBe('/greets')
  })

  it('will not mint from an empty secret', async () => {
    await expect(at('/private', { token: { mint: { secret: '' } } })).rejects.toThrow(
      'the secret to sign the token with is empty',
    )
  })
})

describe('websocket frames', () => {
  it('sends text, JSON, bytes and a message, and reports what comes back', async () => {
    const facts = await at('/', {
      proto,
      frames: [
        { send: { text: 'hello' } },
        { receive: {} },
        { send: { json: { a: [1] } } },
        { receive: {} },
        { send: { hex: 'ffff' } },
        { receive: { message: { type: 'arqon.v1.Envelope' } } },
        {
          send: {
            message: {
              type: 'arqon.v1.Envelope',
              value: {
                cmd: {
                  type: 'x',
                  data: { type: 'arqon.pybus.v1.BusPayload', value: { command: 'ping', args: { n: 1 } } },
                },
              },
            },
          },
        },
        { receive: { message: { type: 'arqon.v1.Envelope', inside: { 'cmd.data': 'arqon.pybus.v1.BusPayload' } } } },
      ],
    })
    expect(facts).toMatchObject({ reached: 'frames', problem: { code: 'none' } })
    expect(facts.received).toMatchObject([
      {
        arrived: true,
        binary: false,
        isJson: true,
        json: { heard: 'hello', code: 'INFRA_PROTOCOL_ERROR' },
        decoded: false,
      },
      { arrived: true, json: { heard: '{"a":[1]}' } },
      { arrived: true, binary: true, bytes: 2, hex: 'ffff', decoded: false, message: { trace_id: '' } },
      {
        arrived: true,
        binary: true,
        decoded: true,
        message: { payload: 'cmd', cmd: { type: 'x', data: { command: 'ping', args: { n: 1 } } } },
      },
    ])
  })

  it('misses no frame that comes with the upgrade, and decodes it', async () => {
    const facts = await at('/greets', { proto, frames: [{ receive: { message: { type: 'arqon.v1.Envelope' } } }] })
    expect(facts.received[0]).toMatchObject({
      arrived: true,
      hex: envelope,
      decoded: true,
      message: { trace_id: 'preflight-0001', payload: 'event', event: { type: 'message', data: { text: 'hi' } } },
    })
  })

  it('skips what it is not looking for, of a flood too', async () => {
    const facts = await at('/flood', {
      frames: [{ send: { text: 'hello' } }, { receive: { match: { 'json.type': 'error' } } }],
    })
    expect(facts.received).toMatchObject([{ arrived: true, skipped: 500, json: { heard: 'hello' } }])
  })

  it('has values that are new in each attempt, in what it sends and in what it waits for', async () => {
    const asked = () =>
      at('/', {
        proto,
        fresh: { MARK: 'digits', NOW: 'milliseconds' },
        frames: [
          { send: { message: { type: 'arqon.v1.Envelope', value: { trace_id: 'a-<MARK>-b', timestamp: '<NOW>' } } } },
          { receive: { message: { type: 'arqon.v1.Envelope' }, match: { 'message.trace_id': 'a-<MARK>-b' } } },
          { send: { json: { list: ['<MARK>'], '<MARK>': 1 } } },
          { receive: { match: { 'json.type': 'error' } } },
        ],
      })
    const [first, second] = [await asked(), await asked()]
    for (const { fresh, received } of [first, second]) {
      expect(fresh['MARK']).toMatch(/^\d{19}$/)
      expect(received[0]).toMatchObject({
        message: { trace_id: `a-${fresh['MARK']}-b`, timestamp: Number(fresh['NOW']) },
      })
      expect(received[1]).toMatchObject({ json: { heard: `{"list":["${fresh['MARK']}"],"<MARK>":1}` } })
    }
    expect(second.fresh['MARK']).not.toBe(first.fresh['MARK'])
  })

  it('an optional frame that does not come is a fact', async () => {
    const facts = await at('/mute', {
      proto,
      frames: [
        { send: { hex: 'ffff' } },
        { receive: { optional: true, within: '100ms', message: { type: 'arqon.v1.Envelope' } } },
      ],
    })
    expect(facts).toMatchObject({ reached: 'frames', problem: { code: 'none' }, closedCode: 0 })
    expect(facts.received).toMatchObject([{ arrived: false, decoded: false, message: { event: { type: '' } } }])
  })

  it('a frame that must come and does not is silence', async () => {
    const { error, rungs } = await attempt(
      probe,
      { url: `${peer.url}/mute`, frames: [{ receive: { within: '100ms' } }] },
      20_000,
    )
    expect(error).toBeInstanceOf(SilenceError)
    expect(rungs).toEqual(['resolve', 'connect', 'response', 'upgrade'])
    await peer.released()
  })

  it.each([
    ['/leaves', 'closed-by-peer', 1008, false],
    ['/restarts', 'closed-by-peer', 1012, true],
    ['/drops', 'connection-closed', 1006, true],
  ])('tells how the peer left: %s', async (path, code, closedCode, transient) => {
    const facts = await at(path, { frames: [{ receive: {} }] })
    expect(facts).toMatchObject({
      reached: 'upgrade',
      upgraded: true,
      status: 101,
      closedCode,
      problem: { code, transient },
    })
    expect(facts.received).toMatchObject([{ arrived: false }])
  })

  it("a peer's leave answers an optional wait, and is reported", async () => {
    const facts = await at('/', {
      frames: [{ send: { text: 'leave' } }, { receive: { optional: true, within: '5s' } }],
    })
    expect(facts).toMatchObject({
      reached: 'frames',
      closedCode: 1000,
      received: [{ arrived: false }],
      problem: { code: 'none' },
    })
  })

  it('takes in no frame beyond its limit', async () => {
    const facts = await at('/', { 'max-bytes': 50, frames: [{ send: { text: 'x'.repeat(100) } }, { receive: {} }] })
    expect(facts).toMatchObject({ reached: 'upgrade', problem: { code: 'too-large' } })
  })

  it('fails before anything is sent when a message cannot be made', async () => {
    const wrong = (value: Record<string, unknown>) =>
      at('/', { proto, frames: [{ send: { message: { type: 'arqon.v1.Envelope', value } } }] })
    await expect(wrong({ tenant: 'x' })).rejects.toThrow('Envelope has no field tenant')
    await expect(wrong({ event: {}, cmd: {} })).rejects.toThrow('only one of event and cmd can be set')
    await expect(wrong({ timestamp: '9223372036854775808' })).rejects.toThrow(
      'timestamp: the number does not fit int64',
    )
    await expect(at('/', { frames: [{ receive: { message: { type: 'a.B' } } }] })).rejects.toThrow(
      'a message is expected, but no .proto',
    )
  })
})

describe('websocket inputs', () => {
  it.each([
    [{ token: { value: 'a', raw: 'b' } }, 'give exactly one of value, raw, mint'],
    [{ token: { mint: {} } }, 'a secret to sign with is missing'],
    [
      { token: { mint: { secret: 's', 'expires-in': '1m', 'expired-ago': '1m' } } },
      'give expires-in or expired-ago, not both',
    ],
    [{ token: { mint: { secret: 's', 'expires-in': '60' } } }, 'expected a duration with a unit'],
    [{ frames: [{}] }, 'give send or receive'],
    [{ frames: [{ send: { text: 'a', hex: 'ff' } }] }, 'give exactly one of text, json, hex, message'],
    [{ frames: [{ send: { hex: 'f' } }] }, 'an even number of hexadecimal digits'],
    [{ headers: { Upgrade: 'x' } }, 'this header is set by the connection'],
    [{ fresh: { MARK: 'digits' }, frames: [{ send: { text: '<MARKS>' } }] }, 'no frame has <MARK>'],
    [{ fresh: { mark: 'digits' }, frames: [{ send: { text: '<mark>' } }] }, 'names in capital letters'],
  ])('%j: %s', (input, message) => {
    const { error } = probe.input.safeParse({ url: 'ws://127.0.0.1/', ...input })
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message)
  })
})

const accepted = (key: string): string =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`

describe('websocket against a peer that fails', () => {
  const failures: [string, Script, string, string][] = [
    ['hangs up on connecting', closing, 'connect', 'connection-closed'],
    ['hangs up on the request', afterFirstWords(closing), 'connect', 'connection-closed'],
    ['resets on the request', afterFirstWords(resetting), 'connect', 'connection-reset'],
    ['speaks something else', afterFirstWords(saying('NOTICE hello\r\n')), 'connect', 'not-http'],
    [
      'answers with a TLS alert',
      afterFirstWords(saying(Buffer.from('15030300020246', 'hex'))),
      'connect',
      'tls-required',
    ],
    ['accepts with the wrong key', afterFirstWords(saying(accepted('bm90IHRoZSBrZXk='))), 'response', 'not-websocket'],
    [
      'hangs up in the refusal',
      afterFirstWords(saying('HTTP/1.1 401 No\r\nContent-Length: 10\r\n\r\nhalf', soon(closing))),
      'response',
      'connection-closed',
    ],
  ]
  it.each(failures)('one that %s', async (_name, script, reached, code) => {
    const scripted = await startRawPeer(script)
    try {
      const { facts, error } = await attempt(probe, { url: `ws://127.0.0.1:${scripted.port}/` }, 20_000)
      expect(error).toBeUndefined()
      expect(facts).toMatchObject({ reached, upgraded: false, problem: { code } })
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  const silences: [string, 'ws' | 'wss', Script, string][] = [
    ['on connecting', 'ws', silent, 'connect'],
    ['in the TLS handshake', 'wss', silent, 'connect'],
    ['in a refusal', 'ws', afterFirstWords(saying('HTTP/1.1 401 No\r\nContent-Length: 10\r\n\r\nhalf')), 'response'],
  ]
  it.each(silences)('one that falls silent %s (%s)', async (_name, scheme, script, reached) => {
    const scripted = await startRawPeer(script)
    try {
      const { error, rungs } = await attempt(probe, { url: `${scheme}://127.0.0.1:${scripted.port}/` }, 400)
      expect(error).toBeInstanceOf(SilenceError)
      expect(rungs.at(-1)).toBe(reached)
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  it('one that breaks the protocol of frames', async () => {
    const breaking = await startWebSocketPeer(
      (_socket, request) => void request.socket.write(Buffer.from([0xff, 0xff, 0xff])),
    )
    try {
      expect(await observe(probe, { url: breaking.url, frames: [{ receive: {} }] })).toMatchObject({
        reached: 'upgrade',
        problem: { code: 'protocol-error' },
      })
      await breaking.released()
    } finally {
      await breaking.stop()
    }
  })

  it('one that answers a page', async () => {
    const scripted = await startRawPeer(
      afterFirstWords(saying('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<form>')),
    )
    try {
      expect(await observe(probe, { url: `ws://127.0.0.1:${scripted.port}/` })).toMatchObject({
        reached: 'response',
        status: 200,
        upgraded: false,
        text: '<form>',
        isJson: false,
        problem: { code: 'not-websocket', class: 'config' },
      })
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  it('releases the connection in the middle of a wait when the attempt is cut off', async () => {
    const mute = await startWebSocketPeer(() => {})
    try {
      const { error, rungs } = await attempt(probe, { url: mute.url, frames: [{ receive: {} }] }, 400)
      expect(error).toBeInstanceOf(SilenceError)
      expect(rungs.at(-1)).toBe('upgrade')
      await mute.released()
    } finally {
      await mute.stop()
    }
  })
})
