import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { startBus, type Bus } from '../../../sandbox/arqonbus/bus.js'
import { freePort } from '../../../sandbox/process/free-port.js'
import { action } from '../../../src/runbooks/actions/websocket.js'
import { SilenceError } from '../../../src/base/errors.js'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'
import { closing, silent, startRawPeer } from '../../peers/raw-peer.js'
import { judgeBearer, startWebSocketPeer, type WebSocketPeer } from '../../peers/websocket-peer.js'
import { hostileValues, noEnvironment, perform, type Circumstances } from './perform.js'

const secret = 'canary-0123456789abcdef0123456789abcdef'
const form = /^arq_\d+_\d+_[0-9a-f]{6}$/

type Input = z.input<typeof action.input>
type Envelope = Record<string, unknown>

let peer: WebSocketPeer
const seen: Envelope[] = []
let onMuted = (): void => {}

beforeAll(async () => {
  peer = await startWebSocketPeer(
    (socket, request) => {
      socket.send(JSON.stringify({ type: 'message', payload: { welcome: 'hello' } }))
      socket.on('message', (data, isBinary) => {
        if (isBinary) return socket.send(data as Buffer)
        const envelope = JSON.parse((data as Buffer).toString()) as Envelope & { id: string }
        seen.push(envelope)
        if (request.url === '/mute') return onMuted()
        if (request.url === '/drops') return socket.terminate()
        if (request.url === '/leaves') return socket.close(1011, 'no more')
        if (request.url === '/refuses-form')
          return socket.send(JSON.stringify({ type: 'error', error_code: 'WRONG_FORM', error: 'binary only' }))
        for (const stray of [
          { type: 'response', request_id: 'another' },
          { type: 'error', request_id: 'another' },
          { type: 'message', request_id: envelope.id },
        ])
          socket.send(JSON.stringify(stray))
        socket.send('no JSON')
        const status =
          envelope['command'] === 'fail' ? { status: 'error', error_code: 'UNKNOWN_COMMAND' } : { status: 'success' }
        socket.send(
          JSON.stringify({
            type: 'response',
            request_id: envelope.id,
            ...status,
            payload: { args: envelope['args'] ?? {} },
          }),
        )
      })
    },
    (request) => {
      if (request.url !== '/private') return undefined
      const reason = judgeBearer(request.headers.authorization, secret)
      return reason === undefined
        ? undefined
        : { status: 401, body: JSON.stringify({ error: 'Unauthorized', details: reason }) }
    },
  )
})
afterAll(() => peer.stop())

const send = (envelope: Envelope, path = '/', input: Partial<Input> = {}, circumstances: Circumstances = {}) =>
  perform(action, { url: `${peer.url}${path}`, send: envelope, ...input }, circumstances)

describe('an envelope', () => {
  it('is sent with an identifier and a time, and its answer found among others', async () => {
    const facts = await send({ type: 'command', command: 'hold', args: { a: [1, 'ż'] } })
    expect(facts).toMatchObject({
      id: expect.stringMatching(form) as string,
      responseType: 'response',
      responseStatus: 'success',
      payload: { args: { a: [1, 'ż'] } },
      errorCode: '',
      problem: { code: 'none', detail: '' },
    })
    expect(facts.response).toMatchObject({ type: 'response', request_id: facts.id })
    expect(seen.at(-1)).toMatchObject({
      id: facts.id,
      command: 'hold',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    })
    await peer.released()
  })

  it('has the same identifier each time a step is carried out, another for another step, and the one its author gives', async () => {
    const id = async (idempotencyKey: string) => (await send({}, '/', {}, { idempotencyKey })).id
    expect(await id('a')).toBe(await id('a'))
    expect(await id('a')).not.toBe(await id('b'))
    expect(await send({ id: 'mine', timestamp: 'then' })).toMatchObject({ id: 'mine', problem: { code: 'none' } })
    expect(seen.at(-1)).toEqual({ id: 'mine', timestamp: 'then' })
    await send({ a: { b: 1 } }, '/', { 'id-at': ['id', 'a.c.d'], 'timestamp-at': [] }, { idempotencyKey: 'a' })
    expect(seen.at(-1)).toEqual({ id: await id('a'), a: { b: 1, c: { d: await id('a') } } })
  })

  it('that the peer will not carry out is a problem with its words', async () => {
    expect(await send({ command: 'fail' })).toMatchObject({
      responseStatus: 'error',
      errorCode: 'UNKNOWN_COMMAND',
      problem: { code: 'refused', detail: expect.stringMatching(/^UNKNOWN_COMMAND/) as string },
    })
    expect(await send({}, '/refuses-form')).toMatchObject({
      responseType: 'error',
      errorCode: 'WRONG_FORM',
      problem: { code: 'refused', detail: 'WRONG_FORM: binary only' },
    })
  })

  it('is let in by its token', async () => {
    expect(await send({}, '/private', { token: { mint: { secret, claims: { sub: 'preflight' } } } })).toMatchObject({
      problem: { code: 'none' },
    })
  })
})

describe('values', () => {
  it('arrive as they are', async () => {
    for (const value of hostileValues) {
      expect(await send({ command: 'hold', args: { value, [value]: 1 } })).toMatchObject({
        payload: { args: { value, [value]: 1 } },
      })
      expect(seen.at(-1)).toMatchObject({ args: { value } })
    }
    expect(await readdir(process.cwd())).not.toContain('pwned')
  })

  it('with a NUL are refused, and what is not a place', () => {
    for (const input of [
      { send: { a: { b: ['\0'] } } },
      { send: { 'a\0': 1 } },
      { send: 'text' },
      { send: {}, 'id-at': ['a..b'] },
      { send: {}, 'answer-at': 'a b' },
      {},
    ]) {
      expect(action.input.safeParse({ url: peer.url, ...input }).success).toBe(false)
    }
  })
})

describe('a peer that does not', () => {
  it('let us in has got nothing', async () => {
    const refused = send({}, '/private')
    await expect(refused).rejects.toThrow(
      new NotPerformedError(
        'the peer refused the upgrade with status 401: {"error":"Unauthorized","details":"missing"}',
      ),
    )
    await expect(send({}, '/', { url: 'ws://127.0.0.1:1/' })).rejects.toThrow(/^connection-refused/)
    for (const script of [silent, closing]) {
      const scripted = await startRawPeer(script)
      try {
        await expect(
          send({}, '/', { url: `ws://127.0.0.1:${scripted.port}/` }, { signal: AbortSignal.timeout(300) }),
        ).rejects.toBeInstanceOf(NotPerformedError)
        await scripted.released()
      } finally {
        await scripted.stop()
      }
    }
  })

  it('get an envelope that cannot be made has got nothing', async () => {
    const { length } = seen
    await expect(send({ id: 5 })).rejects.toThrow(new NotPerformedError('the identifier at id is not a string'))
    await expect(send({ a: 'text' }, '/', { 'id-at': ['a.b'] })).rejects.toThrow(
      new NotPerformedError('cannot set a.b of the envelope'),
    )
    await expect(send({}, '/', { message: { type: 'a.B' } })).rejects.toThrow(
      new NotPerformedError('a message is to be sent, but no .proto file is given'),
    )
    await expect(send({}, '/', { token: { mint: { secret: '' } } })).rejects.toBeInstanceOf(NotPerformedError)
    expect(seen).toHaveLength(length)
  })

  it('answer leaves it open', async () => {
    await expect(send({}, '/mute', { within: '200ms' })).rejects.toThrow(
      new SilenceError('the envelope was sent, but no answer came'),
    )
    const cut = new AbortController()
    onMuted = () => cut.abort()
    await expect(send({}, '/mute', {}, { signal: cut.signal })).rejects.toThrow(
      new SilenceError('the envelope was sent, but no answer came'),
    )
    await expect(send({}, '/drops')).rejects.toThrow(
      /^the envelope was sent; its outcome is unknown: connection-closed/,
    )
    await expect(send({}, '/leaves')).rejects.toThrow(
      /unknown: closed-by-peer: the peer closed the connection with code 1011: no more/,
    )
    await expect(send({}, '/drops')).rejects.not.toBeInstanceOf(NotPerformedError)
    await peer.released()
  })
})

describe('the bus', () => {
  let folder: string
  let bus: Bus
  let ports: Record<string, string>
  const environment = (production: boolean) => ({
    ...ports,
    ARQONBUS_SERVER_HOST: '127.0.0.1',
    ARQONBUS_ENABLE_AUTH: 'true',
    ARQONBUS_AUTH_JWT_SECRET: secret,
    ARQONBUS_ALLOW_JSON_INFRA: production ? 'false' : 'true',
  })
  const token = { mint: { secret, claims: { sub: 'preflight' } } }
  const protobuf = {
    proto: ['../shield/arqon.proto', 'bus.proto'],
    message: { type: 'arqon.v1.Envelope', inside: { 'event.data': 'arqon.pybus.v1.BusPayload' } },
    'id-at': ['trace_id', 'cmd.data.value.envelope_id'],
    'answer-at': 'event.data',
  }
  const command = (name: string) => ({
    cmd: {
      type: name,
      data: { type: 'arqon.pybus.v1.BusPayload', value: { envelope_type: 'command', version: '1.0', command: name } },
    },
  })
  const ask = (envelope: Envelope, input: Partial<Input> = {}) =>
    perform(
      action,
      { url: `ws://127.0.0.1:${bus.webSocket.port}/`, token, send: envelope, ...input },
      { folder: join(import.meta.dirname, '../../../checks/arqonbus') },
    )

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bus-'))
    ports = { ARQONBUS_SERVER_PORT: String(await freePort()), ARQONBUS_TELEMETRY_PORT: String(await freePort()) }
    bus = await startBus(environment(true), { folder })
  })
  afterAll(async () => {
    await bus.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('answers a command in protobuf', async () => {
    expect(await ask(command('ping'), protobuf)).toMatchObject({
      id: expect.stringMatching(form) as string,
      responseType: 'response',
      responseStatus: 'success',
      payload: { message: 'pong' },
      problem: { code: 'none' },
    })
  })

  it('reports what it does not know, and what it does not accept', async () => {
    // It says in a message of its own that it does not know a command, and sends no response.
    await expect(ask(command('no.such.command'), { ...protobuf, within: '500ms' })).rejects.toThrow('no answer came')
    expect(await ask({ type: 'command', version: '1.0', command: 'ping' })).toMatchObject({
      errorCode: 'INFRA_PROTOCOL_ERROR',
      problem: { code: 'refused' },
    })
  })

  it('answers a command in JSON where that is allowed', async () => {
    bus.adopt(environment(false))
    expect(await ask({ type: 'command', version: '1.0', command: 'ping' })).toMatchObject({
      payload: { message: 'pong' },
      problem: { code: 'none' },
    })
    bus.adopt(environment(true))
  })

  it('turns away a token of another key', async () => {
    await expect(ask(command('ping'), { ...protobuf, token: { mint: { secret: 'another' } } })).rejects.toThrow(
      /^the peer refused the upgrade with status 401/,
    )
  })
})

describe('a plan', () => {
  it('shows the envelope and no credential', () => {
    expect(
      action.describe(
        action.input.parse({
          url: 'ws://user:canary@h:1/a?token=canary',
          headers: { 'x-key': 'canary' },
          token: { value: 'canary' },
          send: { command: 'hold' },
        }),
        noEnvironment,
      ),
    ).toEqual({
      lines: ['connect to ws://h:1/a?token=…', 'headers: x-key', 'send {"command":"hold"}', 'await response'],
      addresses: ['ws://h:1/a'],
      files: [],
      ownFiles: [],
    })
    expect(
      action.describe(action.input.parse({ url: 'ws://h:1/', send: {}, proto: ['envelope.proto'] }), noEnvironment)
        .ownFiles,
    ).toEqual(['envelope.proto'])
  })
})
