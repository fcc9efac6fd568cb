import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { startNats, type NatsServer } from '../../../sandbox/servers/nats.js'
import { action } from '../../../src/runbooks/actions/nats.js'
import { SilenceError } from '../../../src/base/errors.js'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'
import { startPeer, type Ending, type Turn } from '../../peers/scripted-peer.js'
import { hostileValues, noEnvironment, perform, type Circumstances } from './perform.js'

let folder: string
let server: NatsServer
let listener: NatsConnection
const seen: Msg[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-'))
  server = await startNats(join(folder, 'one'))
  listener = await connect({ servers: `127.0.0.1:${server.port}`, user: server.user, pass: server.password })
  listener.subscribe('heard.>', { callback: (_error, message) => void seen.push(message) })
  listener.subscribe('asked.echo', { callback: (_error, message) => void message.respond(message.data) })
  listener.subscribe('asked.mute', { callback: () => {} })
  await listener.request(
    '$JS.API.STREAM.CREATE.kept',
    JSON.stringify({ name: 'kept', subjects: ['kept.>'], retention: 'limits', storage: 'memory', max_msg_size: 100 }),
  )
})
afterAll(async () => {
  await listener.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

type Input = z.input<typeof action.input>
const send = (subject: string, input: Partial<Input> = {}, circumstances: Circumstances = {}) =>
  perform(action, { url: server.url, subject, ...input }, circumstances)

async function lastHeard(): Promise<Msg> {
  await listener.flush()
  return seen.at(-1)!
}

describe('a message', () => {
  it('is published, as text or JSON, with headers', async () => {
    expect(await send('heard.a', { payload: 'hi', headers: { 'X-Who': 'me' } })).toEqual({
      published: true,
      reply: '',
      isJson: false,
      json: {},
      acknowledged: false,
      stream: '',
      sequence: 0,
      duplicate: false,
      problem: { code: 'none', detail: '' },
    })
    const heard = await lastHeard()
    expect([heard.subject, heard.string(), heard.headers?.get('X-Who')]).toEqual(['heard.a', 'hi', 'me'])
    await send('heard.b', { json: { a: ['ż'] } })
    expect((await lastHeard()).json()).toEqual({ a: ['ż'] })
    await send('heard.c')
    expect((await lastHeard()).data).toHaveLength(0)
  })

  it('is answered, when that is asked for', async () => {
    expect(await send('asked.echo', { request: true, json: { busy: 0 } })).toMatchObject({
      published: true,
      isJson: true,
      json: { busy: 0 },
      acknowledged: false,
      problem: { code: 'none' },
    })
  })

  it('without a subscriber has reached no one', async () => {
    const facts = await send('asked.nobody', { request: true })
    expect(facts).toMatchObject({ problem: { code: 'no-responders' } })
    expect(action.changedNothing?.(facts)).toBe(true)
    expect(await send('not.kept', { jetstream: true })).toMatchObject({
      acknowledged: false,
      problem: { code: 'no-responders' },
    })
  })

  it('that is not answered leaves it open', async () => {
    const silence = send('asked.mute', { request: true }, { limit: 2000 })
    await expect(silence).rejects.toBeInstanceOf(SilenceError)
    await expect(silence).rejects.toThrow('the message was sent, but no answer came')
    const cut = new AbortController()
    listener.subscribe('asked.cut', { callback: () => cut.abort() })
    await listener.flush()
    await expect(send('asked.cut', { request: true }, { signal: cut.signal })).rejects.toThrow(
      new SilenceError('the message was sent, but no answer came'),
    )
  })

  it('is stored by a stream once, however often it is sent', async () => {
    const first = await send('kept.a', { payload: 'x', jetstream: true }, { idempotencyKey: 'key-1' })
    expect(first).toMatchObject({
      acknowledged: true,
      stream: 'kept',
      sequence: 1,
      duplicate: false,
      problem: { code: 'none' },
    })
    expect(await send('kept.a', { payload: 'x', jetstream: true }, { idempotencyKey: 'key-1' })).toMatchObject({
      acknowledged: true,
      sequence: 1,
      duplicate: true,
    })
    expect(
      await send(
        'kept.a',
        { payload: 'x', jetstream: true, headers: { 'nats-msg-id': 'mine' } },
        { idempotencyKey: 'key-1' },
      ),
    ).toMatchObject({ sequence: 2, duplicate: false })
  })

  it('that a stream would not have, or that something else answered, is not stored', async () => {
    expect(await send('kept.a', { payload: 'x'.repeat(1000), jetstream: true })).toMatchObject({
      acknowledged: false,
      problem: { code: 'not-stored', detail: expect.stringMatching(/size/) as string },
    })
    expect(await send('asked.echo', { payload: 'x', jetstream: true })).toMatchObject({
      acknowledged: false,
      problem: { code: 'not-stored', detail: 'the peer that answered is not a stream' },
    })
  })

  it('that the server would not take is not sent', async () => {
    await expect(send('heard.a', { payload: 'x'.repeat(1_000_000), headers: {} })).resolves.toMatchObject({
      published: true,
    })
    await expect(send('heard.a', { json: 'x'.repeat(2_000_000) })).rejects.toThrow(/^the message has 2000002 bytes/)
  })
})

describe('values', () => {
  it('arrive as they are', async () => {
    for (const value of hostileValues) {
      await send('heard.value', { payload: value })
      expect((await lastHeard()).string()).toBe(value)
      const sent = send('heard.value', { headers: { value } })
      if (/[\r\n]/.test(value))
        await expect(sent).rejects.toThrow(
          new NotPerformedError('headers.value: its value contains a control character'),
        )
      else {
        await sent
        expect((await lastHeard()).headers?.get('value')).toBe(value)
      }
    }
    expect(await readdir(process.cwd())).not.toContain('pwned')
  })

  it.each([
    '',
    'a b',
    'a.',
    '.a',
    'a..b',
    'a.*',
    'a.>',
    '>',
    'a\r\nPUB b 0\r\n\r\n',
    'a\tb',
    'a\0',
    'a\u0085b',
    '; touch pwned',
    '$(touch pwned)',
  ])('are not subjects: %j', (subject) => {
    expect(action.input.safeParse({ url: server.url, subject }).success).toBe(false)
  })

  it.each([
    [{ payload: 'a\0' }],
    [{ json: { a: '\0' } }],
    [{ payload: 'a', json: 1 }],
    [{ request: true, jetstream: true }],
    [{ headers: { 'a b': 'x' } }],
    [{ headers: { 'a\r\nb': 'x' } }],
  ])('are not inputs: %j', (input) => {
    expect(action.input.safeParse({ url: server.url, subject: 'a', ...input }).success).toBe(false)
  })
})

describe('a server that refuses', () => {
  it('at the door has got nothing', async () => {
    await expect(send('a', { url: 'nats://127.0.0.1:1' })).rejects.toThrow(/^connection-refused/)
    await expect(send('a', { url: server.url.replace(server.password, 'wrong') })).rejects.toThrow(
      /^authorization-violation/,
    )
    await expect(send('a', { url: 'http://canary' })).rejects.toBeInstanceOf(NotPerformedError)
  })

  it('a subject tells so', async () => {
    const strict = await startNats(join(folder, 'strict'))
    try {
      await strict.restart({ denyPublish: ['denied.>'], denySubscribe: ['_INBOX.>'] })
      const denied = await send('denied.a', { url: strict.url })
      expect(denied).toMatchObject({ published: false, problem: { code: 'permission-denied' } })
      expect(action.changedNothing?.(denied)).toBe(true)
      expect(await send('denied.a', { url: strict.url, request: true })).toMatchObject({
        published: false,
        problem: { code: 'permission-denied' },
      })
      // The message goes out before the server says that its answer cannot come in.
      await expect(send('open.a', { url: strict.url, request: true })).rejects.toThrow(
        /^the message was sent; its outcome is unknown/,
      )
    } finally {
      await strict.stop()
    }
  })
})

describe('a server that fails', () => {
  const against = async (turns: readonly Turn[], ending: Ending): Promise<unknown> => {
    const peer = await startPeer(turns, ending)
    const cut = new AbortController()
    void peer.silent.then(() => cut.abort())
    try {
      return await send('a', { url: `nats://127.0.0.1:${peer.port}`, payload: 'x' }, { signal: cut.signal }).catch(
        (error: unknown) => error,
      )
    } finally {
      await peer.allGone()
      await peer.stop()
    }
  }
  const greeting: Turn = {
    says: `INFO ${JSON.stringify({ server_id: 'x', version: '2.10.0', proto: 1, headers: true, max_payload: 1000 })}\r\n`,
  }
  const login: Turn = { hears: /PING/, says: 'PONG\r\n' }

  it('before the message has got nothing', async () => {
    expect(await against([greeting], 'closes')).toBeInstanceOf(NotPerformedError)
    expect(await against([greeting], 'falls silent')).toBeInstanceOf(NotPerformedError)
  })

  it('after the message leaves it open', async () => {
    const lost = await against([greeting, login], 'closes')
    expect(String(lost)).toMatch(/^Error: the message was sent; its outcome is unknown/)
    expect(await against([greeting, login], 'falls silent')).toBeInstanceOf(SilenceError)
  })
})

describe('a driver that is named', () => {
  it('sends what it sends: async-nats none of the credentials in its URL', async () => {
    expect(await send('heard.named', {})).toMatchObject({ published: true })
    await expect(send('heard.named', { driver: 'async-nats' })).rejects.toThrow(NotPerformedError)
    await expect(send('heard.named', { driver: 'async-nats' })).rejects.toThrow(/authori[sz]ation|never sends/i)
  })

  it('reads the address that a plan shows', () => {
    const shown = (driver?: 'async-nats') =>
      action.describe(action.input.parse({ url: 'ws://h:4222', subject: 'a.b', driver }), noEnvironment).addresses
    expect([shown(), shown('async-nats')]).toEqual([['h:4222'], []])
  })
})

describe('a plan', () => {
  it('shows the message and no credential', () => {
    expect(
      action.describe(
        action.input.parse({
          url: 'nats://user:canary@h:4222',
          subject: 'a.b',
          json: { c: '\n' },
          jetstream: true,
          headers: { token: 'canary' },
        }),
        noEnvironment,
      ),
    ).toEqual({
      lines: ['publish to a stream a.b "{\\"c\\":\\"\\\\n\\"}"', 'headers: token'],
      addresses: ['h:4222'],
      files: [],
    })
  })
})
