import { mkdtemp, readdir, rm } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { action } from '../../../src/runbooks/actions/http.js'
import { SilenceError } from '../../../src/base/errors.js'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'
import { startHttpPeer, startSecurePeer, type HttpPeer } from '../../peers/http-peer.js'
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
import { withVariables } from '../../with-variables.js'
import { hostileValues, noEnvironment, perform, type Circumstances } from './perform.js'

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let peer: HttpPeer
let secure: HttpPeer
const seen: Seen[] = []

const answer: RequestListener = (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => void chunks.push(chunk))
  request.on('end', () => {
    seen.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    })
    const path = (request.url ?? '').split('?')[0]
    if (path === '/away') response.writeHead(302, { location: '/elsewhere' }).end()
    else if (path === '/refused')
      response
        .writeHead(409, { 'content-type': 'application/json', 'set-cookie': 'a=canary' })
        .end('{"error":"conflict"}')
    else if (path === '/long') response.end('x'.repeat(100))
    else if (path === '/zipped') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'))
    else response.writeHead(201, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
}

beforeAll(async () => {
  peer = await startHttpPeer(answer)
  secure = await startSecurePeer(answer)
})
afterAll(async () => {
  await peer.stop()
  await secure.stop()
})

type Input = z.input<typeof action.input>
const send = (input: Partial<Input>, circumstances: Circumstances = {}) =>
  perform(action, { method: 'POST', url: peer.url, ...input }, circumstances)
const last = (): Seen => seen.at(-1)!

describe('a request', () => {
  it('with JSON is sent and its answer reported', async () => {
    expect(
      await send({
        url: `${peer.url}/jobs?a=1`,
        json: { hold: [1, 'ż'] },
        query: { name: 'a b&c=d', other: '' },
        headers: { 'X-Key': 'k' },
      }),
    ).toMatchObject({
      status: 201,
      contentType: 'application/json',
      isJson: true,
      json: { ok: true },
      bytes: 11,
      truncated: false,
    })
    expect(last()).toMatchObject({
      method: 'POST',
      body: '{"hold":[1,"ż"]}',
      headers: {
        'content-type': 'application/json',
        'content-length': '17',
        'x-key': 'k',
        'idempotency-key': 'key-of-this-step',
      },
    })
    expect([...new URL(last().url, peer.url).searchParams]).toEqual([
      ['a', '1'],
      ['name', 'a b&c=d'],
      ['other', ''],
    ])
  })

  it('with a form is sent as browsers encode it, whatever is in its fields', async () => {
    for (const value of hostileValues) {
      await send({ form: { user: 'ada & bob', 'a=b': 'ż+ %', value } })
      const { body, headers } = last()
      expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
      expect([...new URLSearchParams(body)]).toEqual([
        ['user', 'ada & bob'],
        ['a=b', 'ż+ %'],
        ['value', value],
      ])
    }
    expect(last().body).toBe('user=ada+%26+bob&a%3Db=%C5%BC%2B+%25&value=')
  })

  it('has one body at most', () => {
    for (const bodies of [
      { json: {}, form: {} },
      { form: {}, body: '' },
      { json: {}, body: '' },
    ])
      expect(action.input.safeParse({ method: 'POST', url: peer.url, ...bodies }).error?.issues).toMatchObject([
        { message: 'give only one of json, form and body' },
      ])
    expect(action.input.safeParse({ method: 'GET', url: peer.url, form: {} }).error?.issues).toMatchObject([
      { message: 'a GET or HEAD request has no body' },
    ])
  })

  it.each(['PUT', 'PATCH', 'DELETE', 'POST'] as const)('%s can have a body or none', async (method) => {
    await send({ method, body: 'text\n' })
    expect(last()).toMatchObject({ method, body: 'text\n', headers: { 'content-type': 'text/plain; charset=utf-8' } })
    expect(await send({ method })).toMatchObject({ status: 201 })
    expect(last()).toMatchObject({ method, body: '' })
  })

  it('that reads carries no key, and one of the author comes first', async () => {
    await send({ method: 'GET' }, { effect: 'read' })
    expect(last().headers['idempotency-key']).toBeUndefined()
    await send({ headers: { 'Idempotency-Key': 'mine', 'Content-Type': 'application/merge-patch+json' }, json: {} })
    expect(last().headers).toMatchObject({ 'idempotency-key': 'mine', 'content-type': 'application/merge-patch+json' })
  })

  it('takes every status for an answer, follows nothing, shows no cookie', async () => {
    const { length } = seen
    expect(await send({ url: `${peer.url}/away` })).toMatchObject({ status: 302, headers: { location: '/elsewhere' } })
    expect(seen).toHaveLength(length + 1)
    const refused = await send({ url: `${peer.url}/refused` })
    expect(refused).toMatchObject({ status: 409, json: { error: 'conflict' } })
    expect(JSON.stringify(refused)).not.toContain('canary')
    expect(await send({ url: `${peer.url}/long`, 'max-bytes': 10 })).toMatchObject({
      status: 200,
      bytes: 10,
      truncated: true,
      isJson: false,
    })
    expect(await send({ url: `${peer.url}/zipped` })).toMatchObject({ json: { a: 1 } })
  })

  it('goes past every proxy, over TLS that is verified', async () => {
    const misleading = {
      HTTP_PROXY: 'http://127.0.0.1:1',
      http_proxy: 'http://127.0.0.1:1',
      HTTPS_PROXY: 'http://127.0.0.1:1',
      NODE_USE_ENV_PROXY: '1',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    }
    await withVariables(misleading, async () => {
      expect(await send({})).toMatchObject({ status: 201 })
      expect(await send({ url: secure.url, 'trust-file': secure.certificateFile })).toMatchObject({ status: 201 })
      await expect(send({ url: secure.url })).rejects.toThrow(/^certificate-refused/)
    })
  })
})

describe('values', () => {
  let folder: string
  const started = process.cwd()
  beforeAll(async () => {
    folder = await mkdtemp(`${tmpdir()}/http-`)
    process.chdir(folder)
  })
  afterAll(async () => {
    process.chdir(started)
    await rm(folder, { recursive: true })
  })

  it('arrive as they are, or are refused', async () => {
    for (const value of hostileValues) {
      await send({ json: { value }, query: { value } })
      expect(JSON.parse(last().body)).toEqual({ value })
      expect(new URL(last().url, peer.url).searchParams.get('value')).toBe(value)
      await send({ body: value })
      expect(last().body).toBe(value)
      const sent = send({ headers: { 'x-value': value } })
      if (/[\r\n]/.test(value))
        await expect(sent).rejects.toThrow(
          new NotPerformedError('headers.x-value: its value contains a character that is not allowed in a header'),
        )
      else {
        await sent
        expect(last().headers['x-value']).toBe(value)
      }
    }
    expect(await readdir(folder)).toEqual([])
  })

  it('that cannot be sent as they are stop it, and are not quoted', async () => {
    const { length } = seen
    await expect(send({ url: `${peer.url}/a\nb` })).rejects.toThrow(
      new NotPerformedError('url: it contains a control character'),
    )
    await expect(send({ url: 'canary' })).rejects.toThrow(new NotPerformedError('bad-url: it is not a URL'))
    await expect(send({ url: 'file:///etc/passwd' })).rejects.toBeInstanceOf(NotPerformedError)
    await expect(send({ headers: { a: 'ż' } })).rejects.toBeInstanceOf(NotPerformedError)
    expect(seen).toHaveLength(length)
    for (const input of [
      { body: 'a\0' },
      { json: { 'a\0': 1 } },
      { json: ['\0'] },
      { query: { a: '\0' } },
      { json: 1, body: 'x' },
      { headers: { Host: 'x' } },
      { headers: { 'a\nb': 'x' } },
    ]) {
      expect(action.input.safeParse({ method: 'POST', url: peer.url, ...input }).success).toBe(false)
    }
    expect(action.input.safeParse({ method: 'GET', url: peer.url, body: 'x' }).success).toBe(false)
    expect(action.input.safeParse({ url: peer.url }).success).toBe(false)
  })
})

describe('a peer that fails', () => {
  it('does not exist: nothing was done', async () => {
    const gone = await startRawPeer(silent)
    await gone.stop()
    await expect(send({ url: `http://127.0.0.1:${gone.port}/` })).rejects.toThrow(/^connection-refused/)
    await expect(send({ url: `http://127.0.0.1:${gone.port}/` })).rejects.toBeInstanceOf(NotPerformedError)
    await expect(send({ url: `http://no-such-host.invalid/` })).rejects.toBeInstanceOf(NotPerformedError)
  })

  it('speaks TLS where none is expected: nothing was done', async () => {
    const { length } = seen
    await expect(send({ url: secure.url.replace('https', 'http') })).rejects.toBeInstanceOf(NotPerformedError)
    expect(seen).toHaveLength(length)
    const alerting = await startRawPeer(afterFirstWords(saying(Buffer.from('15030300020246', 'hex'))))
    try {
      await expect(send({ url: `http://127.0.0.1:${alerting.port}/` })).rejects.toThrow(
        new NotPerformedError('tls-required: the peer answers in TLS'),
      )
    } finally {
      await alerting.stop()
    }
  })

  const failures: [string, Script, RegExp][] = [
    [
      'hangs up on the request',
      afterFirstWords(closing),
      /^the request was sent; its outcome is unknown: connection-closed/,
    ],
    [
      'resets on the request',
      afterFirstWords(resetting),
      /^the request was sent; its outcome is unknown: connection-reset/,
    ],
    [
      'speaks something else',
      afterFirstWords(saying('NOTICE hello\r\n')),
      /^the request was sent; its outcome is unknown: not-http/,
    ],
    [
      'hangs up in the answer',
      afterFirstWords(saying('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', soon(closing))),
      /^the request was sent and answered with status 200, but the body was cut off; its outcome is unknown/,
    ],
  ]
  it.each(failures)('%s: its end is not known', async (_name, script, message) => {
    const scripted = await startRawPeer(script)
    try {
      const sent = send({ url: `http://127.0.0.1:${scripted.port}/`, json: {} })
      await expect(sent).rejects.toThrow(message)
      await expect(sent).rejects.not.toBeInstanceOf(NotPerformedError)
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  it.each([
    ['after the request', 'http', (cut: Script) => afterFirstWords(cut), SilenceError],
    ['in the TLS handshake', 'https', (cut: Script) => afterFirstWords(cut), NotPerformedError],
    [
      'in the answer',
      'http',
      (cut: Script) => afterFirstWords(saying('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', soon(cut))),
      SilenceError,
    ],
  ] as [string, string, (cut: Script) => Script, typeof SilenceError | typeof NotPerformedError][])(
    'falls silent %s',
    async (_name, scheme, script, kind) => {
      const limit = new AbortController()
      const scripted = await startRawPeer(script(() => limit.abort()))
      try {
        await expect(
          send({ url: `${scheme}://127.0.0.1:${scripted.port}/`, json: {} }, { signal: limit.signal }),
        ).rejects.toBeInstanceOf(kind)
        await scripted.released()
      } finally {
        await scripted.stop()
      }
    },
  )
})

describe('a plan', () => {
  it('shows the request without what may be a credential', () => {
    const described = action.describe(
      action.input.parse({
        method: 'POST',
        url: 'http://user:canary@127.0.0.1:1/a?token=canary',
        headers: { authorization: 'canary' },
        query: { b: 'c d' },
        json: { e: '\n' },
      }),
      noEnvironment,
    )
    expect(described).toEqual({
      lines: ['POST http://127.0.0.1:1/a?token=…', 'query: b=c%20d', 'headers: authorization', 'body: {"e":"\\n"}'],
      addresses: ['http://127.0.0.1:1/a'],
      files: [],
    })
  })
})
