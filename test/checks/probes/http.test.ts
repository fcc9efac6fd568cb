import type { RequestListener } from 'node:http'
import { gzipSync, brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SilenceError } from '../../../src/base/errors.js'
import { probe } from '../../../src/checks/probes/http.js'
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
import { attempt } from './attempt.js'
import { addressesOf, observe } from './observe.js'

const pages: Readonly<Record<string, RequestListener>> = {
  '/health': (_request, response) =>
    response.writeHead(200, { 'content-type': 'Application/JSON; charset=utf-8' }).end('{"status":"healthy"}'),
  '/refused': (_request, response) =>
    response
      .writeHead(401, { 'content-type': 'application/json', 'set-cookie': 'session=canary-cookie' })
      .end('{"error":"Unauthorized"}'),
  '/busy': (_request, response) => response.writeHead(429, { 'retry-after': '30' }).end('{"error":"slow down"}'),
  '/busy-bomb': (_request, response) =>
    response.writeHead(429, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))),
  '/locked': (_request, response) => response.writeHead(423, { 'retry-after': '900' }).end('{"detail":"Locked"}'),
  '/login': (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<form>'),
  '/empty': (_request, response) => response.writeHead(204).end(),
  '/gzip': (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":[1]}')),
  '/brotli': (_request, response) =>
    response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('true')),
  '/not-gzip': (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
  '/unknown-encoding': (_request, response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('plain'),
  '/bomb': (_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))),
  '/deep': (_request, response) => response.end('['.repeat(2000) + ']'.repeat(2000)),
  '/away': (_request, response) =>
    response.writeHead(302, { location: 'https://user:canary@elsewhere.invalid/path?token=canary' }).end(),
  '/moved': (_request, response) => response.writeHead(301, { location: '/health' }).end(),
  '/loop': (_request, response) => response.writeHead(307, { location: '/loop' }).end(),
  '/file': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/echo': (request, response) =>
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers })),
  '/endless': (_request, response) => {
    const chunk = Buffer.alloc(65_536, 'x')
    const pour = (): void => {
      while (!response.destroyed && response.write(chunk));
      response.once('drain', pour)
    }
    pour()
  },
}

let peer: HttpPeer
let secure: HttpPeer

beforeAll(async () => {
  const answer: RequestListener = (request, response) => {
    const page = pages[request.url?.split('?')[0] ?? '']
    if (page === undefined) response.writeHead(404).end('no such page')
    else page(request, response)
  }
  peer = await startHttpPeer(answer)
  secure = await startSecurePeer(answer)
})
afterAll(async () => {
  await peer.stop()
  await secure.stop()
})

const at = (path: string) => observe(probe, { url: `${peer.url}${path}` })

describe('http against a real server', () => {
  it.each(['/busy', '/busy-bomb'])('observes nothing of a peer that is asked too often: %s', async (path) => {
    await expect(at(path)).rejects.toThrow(/^throttled: the peer answers 429/)
  })

  it('observes nothing of a peer that has locked the account, and says what to do', async () => {
    await expect(at('/locked')).rejects.toMatchObject({
      message: expect.stringMatching(
        /^locked: the peer answers 423 \(locked\); it asks to wait 900 s.*start a new run$/,
      ),
      is: { isTransient: false, class: 'config' },
    })
  })

  it.each(['/busy', '/locked'])(
    'observes nothing where a page beside the first is refused like that: %s',
    async (path) => {
      const observing = observe(probe, { url: `${peer.url}/health`, beside: { other: `${peer.url}${path}` } })
      await expect(observing).rejects.toThrow(/^(throttled|locked): the peer answers/)
    },
  )

  it('tells status, media type and JSON body', async () => {
    const facts = await at('/health')
    expect(facts).toMatchObject({
      reached: 'body',
      problem: { code: 'none' },
      status: 200,
      contentType: 'application/json',
      isJson: true,
      json: { status: 'healthy' },
      bytes: 20,
      jsonError: '',
    })
    expect(facts.headers['content-type']).toBe('Application/JSON; charset=utf-8')
  })

  it('reports pages after the first, whatever their status, and sends them none of its headers', async () => {
    const facts = await observe(probe, {
      url: `${peer.url}/health`,
      headers: { authorization: 'Bearer canary-token' },
      beside: { echo: `${peer.url}/echo?of=1`, refused: `${peer.url}/refused`, login: `${peer.url}/login` },
    })
    expect(facts).toMatchObject({ status: 200, json: { status: 'healthy' }, problem: { code: 'none' } })
    expect(facts.beside).toMatchObject({
      echo: { status: 200, isJson: true, json: { method: 'GET', url: '/echo?of=1' } },
      refused: { status: 401, contentType: 'application/json', isJson: true, json: { error: 'Unauthorized' } },
      login: { status: 200, contentType: 'text/html', isJson: false, json: {} },
    })
    expect(JSON.stringify(facts.beside)).not.toContain('canary-token')
  })

  it('has a problem when a page beside the first cannot be had', async () => {
    expect(await observe(probe, { url: `${peer.url}/health`, beside: { bomb: `${peer.url}/bomb` } })).toMatchObject({
      problem: { code: 'too-large' },
      beside: {},
    })
    expect(await observe(probe, { url: `${peer.url}/health`, beside: { nowhere: 'ftp://127.0.0.1/' } })).toMatchObject({
      problem: { code: 'bad-url' },
    })
  })

  it('contacts each address once, in a plan', () => {
    const given = probe.input.parse({
      url: 'http://a.invalid:1/x',
      beside: { config: 'http://a.invalid:1/x', other: 'http://b.invalid:2/' },
    })
    expect(addressesOf(probe, given)).toEqual(['http://a.invalid:1/x', 'http://b.invalid:2/'])
  })

  it('takes every status for an answer and keeps cookies to itself', async () => {
    const facts = await at('/refused')
    expect(facts).toMatchObject({
      reached: 'body',
      problem: { code: 'none' },
      status: 401,
      json: { error: 'Unauthorized' },
    })
    expect(JSON.stringify(facts)).not.toContain('canary')
  })

  it('tells a login page and an empty body from JSON', async () => {
    expect(await at('/login')).toMatchObject({
      status: 200,
      isJson: false,
      json: {},
      contentType: 'text/html',
      text: '<form>',
      jsonError: 'the text is not JSON',
    })
    expect(await at('/empty')).toMatchObject({ status: 204, isJson: false, bytes: 0, jsonError: 'the text is empty' })
    expect(await at('/nowhere')).toMatchObject({ status: 404, text: 'no such page' })
  })

  it('decompresses', async () => {
    expect(await at('/gzip')).toMatchObject({ json: { a: [1] }, isJson: true })
    expect(await at('/brotli')).toMatchObject({ json: true, isJson: true })
  })

  it('refuses encodings that are broken or unknown', async () => {
    expect(await at('/not-gzip')).toMatchObject({
      reached: 'response',
      status: 200,
      problem: { code: 'bad-encoding', class: 'dependency', transient: false },
    })
    expect(await at('/unknown-encoding')).toMatchObject({
      reached: 'response',
      problem: { code: 'bad-encoding', detail: 'the content encoding is zstd' },
    })
  })

  it.each(['/bomb', '/endless'])('reads no more of %s than it was allowed to', async (path) => {
    const facts = await observe(probe, { url: `${peer.url}${path}`, 'max-bytes': 100_000 })
    expect(facts).toMatchObject({
      reached: 'response',
      status: 200,
      bytes: 100_000,
      truncated: true,
      isJson: false,
      problem: { code: 'too-large' },
    })
    expect(facts.text.length).toBeLessThanOrEqual(16 * 1024)
  })

  it('takes JSON that nests too deep for no JSON', async () => {
    expect(await at('/deep')).toMatchObject({ isJson: false, json: {}, jsonError: 'it nests deeper than 100' })
  })

  it('sends what it was given, and Basic authorization from the URL', async () => {
    const url = peer.url.replace('//', '//user:p%40ss@')
    const facts = await observe(probe, { url: `${url}/echo?q=1`, headers: { 'X-Api-Key': 'key' } })
    expect(facts.json).toMatchObject({
      method: 'GET',
      url: '/echo?q=1',
      headers: { 'x-api-key': 'key', authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}` },
    })
    expect(addressesOf(probe, { url: `${url}/echo?token=canary` })).toEqual([`${peer.url}/echo`])
  })

  it('pays no attention to a proxy in its surroundings', async () => {
    const before = process.env['HTTP_PROXY']
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1'
    try {
      expect(await at('/health')).toMatchObject({ status: 200 })
    } finally {
      if (before === undefined) delete process.env['HTTP_PROXY']
      else process.env['HTTP_PROXY'] = before
    }
  })

  it('reads no body after HEAD', async () => {
    expect(await observe(probe, { url: `${peer.url}/health`, method: 'HEAD' })).toMatchObject({
      reached: 'body',
      status: 200,
      bytes: 0,
    })
  })
})

describe('http and redirects', () => {
  it('takes a redirect for the answer unless asked to follow, and hides what its target carries', async () => {
    const facts = await at('/away')
    expect(facts).toMatchObject({ status: 302, redirects: 0, location: 'https://elsewhere.invalid/path' })
    expect(JSON.stringify(facts)).not.toContain('canary')
  })

  it('follows as often as asked', async () => {
    expect(await observe(probe, { url: `${peer.url}/moved`, 'follow-redirects': 1 })).toMatchObject({
      status: 200,
      redirects: 1,
      location: '',
      json: { status: 'healthy' },
    })
    expect(await observe(probe, { url: `${peer.url}/loop`, 'follow-redirects': 3 })).toMatchObject({
      status: 307,
      redirects: 3,
      problem: { code: 'too-many-redirects' },
    })
  })

  it('does not leave the web', async () => {
    expect(await observe(probe, { url: `${peer.url}/file`, 'follow-redirects': 3 })).toMatchObject({
      status: 302,
      problem: { code: 'redirect-refused' },
    })
  })

  it('keeps its headers from another origin', async () => {
    const other = await startHttpPeer((_request, response) =>
      response.writeHead(302, { location: `${peer.url}/echo` }).end(),
    )
    try {
      const facts = await observe(probe, {
        url: other.url,
        headers: { authorization: 'Bearer canary' },
        'follow-redirects': 1,
      })
      expect(facts).toMatchObject({ status: 200, redirects: 1 })
      expect(JSON.stringify(facts.json)).not.toContain('canary')
    } finally {
      await other.stop()
    }
  })

  it('does not follow from https to http', async () => {
    const other = await startSecurePeer((_request, response) =>
      response.writeHead(302, { location: `${peer.url}/health` }).end(),
    )
    try {
      const facts = await observe(probe, { url: other.url, 'trust-file': other.certificateFile, 'follow-redirects': 1 })
      expect(facts).toMatchObject({
        status: 302,
        problem: { code: 'redirect-refused', detail: 'the redirect leads from https to http' },
      })
    } finally {
      await other.stop()
    }
  })
})

describe('http over TLS', () => {
  it('trusts the given authority', async () => {
    expect(await observe(probe, { url: `${secure.url}/health`, 'trust-file': secure.certificateFile })).toMatchObject({
      reached: 'body',
      status: 200,
      problem: { code: 'none' },
    })
  })

  it('trusts no other authority, and no other name', async () => {
    expect(await observe(probe, { url: `${secure.url}/health` })).toMatchObject({
      reached: 'connect',
      status: 0,
      problem: { code: 'certificate-refused', class: 'config' },
    })
    const otherName = {
      url: `${secure.url}/health`,
      'trust-file': secure.certificateFile,
      'server-name': 'other.example',
    }
    expect(await observe(probe, otherName)).toMatchObject({
      reached: 'connect',
      problem: { code: 'certificate-refused' },
    })
    expect(await observe(probe, { url: secure.url, 'trust-file': '/nowhere/ca.pem' })).toMatchObject({
      reached: 'none',
      problem: { code: 'trust-file-unreadable' },
    })
  })

  it('tells plain HTTP where TLS is spoken, and TLS where it is not', async () => {
    expect(await observe(probe, { url: `http://127.0.0.1:${secure.port}/health` })).toMatchObject({
      reached: 'connect',
      problem: { code: 'tls-required', class: 'config', transient: false },
    })
    expect(await observe(probe, { url: `https://127.0.0.1:${peer.port}/health` })).toMatchObject({
      reached: 'connect',
      problem: { code: 'not-tls' },
    })
  })
})

const head = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'

describe('http against a peer that fails', () => {
  const failures: [string, 'http' | 'https', Script, string, string][] = [
    ['hangs up on connecting', 'http', closing, 'connect', 'connection-closed'],
    ['hangs up in the TLS handshake', 'https', afterFirstWords(closing), 'connect', 'connection-closed'],
    ['resets in the TLS handshake', 'https', afterFirstWords(resetting), 'connect', 'connection-reset'],
    ['hangs up on the request', 'http', afterFirstWords(closing), 'connect', 'connection-closed'],
    ['resets on the request', 'http', afterFirstWords(resetting), 'connect', 'connection-reset'],
    ['answers in another protocol', 'http', afterFirstWords(saying('-ERR unknown command\r\n')), 'connect', 'not-http'],
    [
      'answers with a TLS alert',
      'http',
      afterFirstWords(saying(Buffer.from('15030300020246', 'hex'))),
      'connect',
      'tls-required',
    ],
    [
      'sends headers without end',
      'http',
      afterFirstWords(saying(`HTTP/1.1 200 OK\r\n${`x: ${'y'.repeat(100)}\r\n`.repeat(500)}`)),
      'connect',
      'too-large',
    ],
    [
      'hangs up in the body',
      'http',
      afterFirstWords(saying(`${head}half`, soon(closing))),
      'response',
      'connection-closed',
    ],
    [
      'resets in the body',
      'http',
      afterFirstWords(saying(`${head}half`, soon(resetting))),
      'response',
      'connection-reset',
    ],
  ]
  it.each(failures)('one that %s (%s)', async (_name, scheme, script, reached, code) => {
    const scripted = await startRawPeer(script)
    try {
      const { facts, error } = await attempt(probe, { url: `${scheme}://127.0.0.1:${scripted.port}/` }, 20_000)
      expect(error).toBeUndefined()
      expect(facts).toMatchObject({ reached, problem: { code } })
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  const silences: [string, 'http' | 'https', Script, string][] = [
    ['on connecting', 'http', silent, 'connect'],
    ['in the TLS handshake', 'https', silent, 'connect'],
    ['in the headers', 'http', afterFirstWords(saying('HTTP/1.1 200 OK\r\nX: ')), 'connect'],
    ['in the body', 'http', afterFirstWords(saying(`${head}half`)), 'response'],
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

  it('a body of one byte at a time is silence, however long it goes on', async () => {
    const scripted = await startRawPeer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const drip = setInterval(() => socket.write('x'), 20)
      socket.once('close', () => clearInterval(drip))
    })
    try {
      const { error, rungs } = await attempt(probe, { url: `http://127.0.0.1:${scripted.port}/` }, 400)
      expect(error).toBeInstanceOf(SilenceError)
      expect(rungs.at(-1)).toBe('response')
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  it('a body without a length that is left at the limit', async () => {
    const scripted = await startRawPeer(
      afterFirstWords(saying(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1000)}`, soon(closing))),
    )
    try {
      const facts = await observe(probe, { url: `http://127.0.0.1:${scripted.port}/`, 'max-bytes': 10 })
      expect(facts).toMatchObject({ reached: 'response', bytes: 10, problem: { code: 'too-large' } })
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  it('chunks that break their format', async () => {
    const scripted = await startRawPeer(
      afterFirstWords(saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')),
    )
    try {
      expect(await observe(probe, { url: `http://127.0.0.1:${scripted.port}/` })).toMatchObject({
        reached: 'response',
        problem: { code: 'not-http' },
      })
    } finally {
      await scripted.stop()
    }
  })

  it('an upgrade that was not asked for', async () => {
    const scripted = await startRawPeer(
      afterFirstWords(saying('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')),
    )
    try {
      expect(await observe(probe, { url: `http://127.0.0.1:${scripted.port}/` })).toMatchObject({
        status: 101,
        problem: { code: 'none' },
      })
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  it('no listener', async () => {
    const scripted = await startRawPeer(silent)
    await scripted.stop()
    expect(await observe(probe, { url: `http://127.0.0.1:${scripted.port}/` })).toMatchObject({
      reached: 'resolve',
      problem: { code: 'connection-refused', transient: true },
    })
  })

  it('what is not a URL', async () => {
    expect(await observe(probe, { url: 'canary-not-a-url' })).toMatchObject({
      reached: 'none',
      problem: { code: 'bad-url', class: 'config', detail: 'it is not a URL' },
    })
    expect(await observe(probe, { url: 'ftp://127.0.0.1/' })).toMatchObject({
      problem: { code: 'bad-url', detail: 'its scheme is not one of http, https' },
    })
  })
})
