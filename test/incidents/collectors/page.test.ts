import { createServer, type RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { collector } from '../../../src/incidents/collectors/page.js'
import { startHttpPeer, startSecurePeer, type HttpPeer } from '../../peers/http-peer.js'
import {
  afterFirstWords,
  closing,
  saying,
  silent,
  startRawPeer,
  type RawPeer,
  type Script,
} from '../../peers/raw-peer.js'
import { collect, valueOf } from './collect.js'

const peers: (HttpPeer | RawPeer)[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()))
})

async function web(answer: RequestListener): Promise<HttpPeer> {
  const peer = await startHttpPeer(answer)
  peers.push(peer)
  return peer
}

async function raw(script: Script): Promise<RawPeer & { readonly url: string }> {
  const peer = await startRawPeer(script)
  peers.push(peer)
  return { ...peer, url: `http://127.0.0.1:${peer.port}/` }
}

describe('a page', () => {
  it('is gathered with its status, its headers and its body as JSON', async () => {
    const { url } = await web((_request, response) =>
      response
        .writeHead(503, { 'content-type': 'application/json' })
        .end('{"status":"degraded","storage":{"available":false}}'),
    )
    expect(await valueOf(collector, { url: `${url}/status` })).toEqual({
      url: `${url}/status`,
      status: 503,
      location: '',
      headers: expect.objectContaining({ 'content-type': 'application/json' }) as object,
      bytes: 51,
      truncated: false,
      body: { status: 'degraded', storage: { available: false } },
      problem: '',
    })
  })

  it('is asked for by GET, with the token that was given and nothing of ours', async () => {
    let received: unknown
    const { url } = await web((request, response) => {
      received = [request.method, request.url, request.headers]
      response.end()
    })
    await collect(collector, { url: `${url}/metrics?full=1`, token: 'a-token-of-32-characters-exactly' })
    expect(received).toEqual([
      'GET',
      '/metrics?full=1',
      expect.objectContaining({ authorization: 'Bearer a-token-of-32-characters-exactly', 'user-agent': 'preflight' }),
    ])
    await collect(collector, { url })
    expect(received).not.toEqual(['GET', '/', expect.objectContaining({ authorization: expect.anything() as unknown })])
  })

  it('keeps neither cookies nor headers that are not listed, and not the credentials and the query of its URL', async () => {
    const { url } = await web((_request, response) =>
      response.writeHead(200, { 'set-cookie': 'session=canary-one', 'x-user': 'canary-two', server: 'bus' }).end('ok'),
    )
    const value = await valueOf(collector, {
      url: `${url.replace('//', '//canary-three:canary-four@')}/a?key=canary-five`,
    })
    expect(JSON.stringify(value)).not.toContain('canary')
    expect(value['headers']).toMatchObject({ server: 'bus', '(others, not kept)': '2' })
  })

  it('leads nowhere else: a redirect is what is gathered', async () => {
    let asked = 0
    const { url } = await web((_request, response) => {
      asked += 1
      response.writeHead(302, { location: 'http://user:canary@127.0.0.1:1/elsewhere?token=canary' }).end()
    })
    const value = await valueOf(collector, { url })
    expect(value).toMatchObject({ status: 302, location: 'http://127.0.0.1:1/elsewhere' })
    expect(JSON.stringify(value)).not.toContain('canary')
    expect(asked).toBe(1)
  })

  it('goes through no proxy', async () => {
    const { url } = await web((_request, response) => response.end('direct'))
    const proxy = createServer((_request, response) => response.end('by way of a proxy'))
    await new Promise<void>((fulfil) => proxy.listen(0, '127.0.0.1', fulfil))
    const before = process.env['http_proxy']
    process.env['http_proxy'] = `http://127.0.0.1:${(proxy.address() as { readonly port: number }).port}`
    try {
      expect(await valueOf(collector, { url })).toMatchObject({ body: 'direct' })
    } finally {
      if (before === undefined) delete process.env['http_proxy']
      else process.env['http_proxy'] = before
      await new Promise((fulfil) => proxy.close(fulfil))
    }
  })

  it('is kept as text where it is not JSON, or nests deeper than evidence may', async () => {
    const deep = `${'['.repeat(51)}${']'.repeat(51)}`
    const { url } = await web((request, response) => response.end(request.url === '/deep' ? deep : 'up 1\n'))
    expect(await valueOf(collector, { url })).toMatchObject({ body: 'up 1\n' })
    expect(await valueOf(collector, { url: `${url}/deep` })).toMatchObject({ body: deep })
  })

  it('is cut off between two words when it is long or has no end, and the connection is closed', async () => {
    const endless = await raw(
      afterFirstWords((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n')
        const go = (): void => {
          while (!socket.destroyed && socket.write('metric 12345\n'.repeat(100)));
          socket.once('drain', go)
        }
        go()
      }),
    )
    const value = await valueOf(collector, { url: endless.url, 'max-bytes': 10_000 })
    expect(value).toMatchObject({ status: 200, bytes: 10_000, truncated: true })
    expect(value['body']).toMatch(/(?:metric|12345)$/)
    await endless.released()
    const oneWord = await web((_request, response) => response.end('x'.repeat(20_000)))
    expect(await valueOf(collector, { url: oneWord.url, 'max-bytes': 10_000 })).toMatchObject({
      body: 'x'.repeat(10_000 - 4096),
    })
  })

  it('is read over TLS, whose certificate must be trusted', async () => {
    const peer = await startSecurePeer((_request, response) => response.end('private'))
    peers.push(peer)
    await expect(collect(collector, { url: peer.url })).rejects.toThrow(/certificate/)
    expect(await valueOf(collector, { url: peer.url, 'trust-file': peer.certificateFile })).toMatchObject({
      body: 'private',
    })
  })
})

describe('a peer that fails', () => {
  it('is reported with the reason, and without the URL', async () => {
    const gone = await startHttpPeer(() => {})
    await gone.stop()
    await expect(collect(collector, { url: `${gone.url.replace('//', '//canary:canary@')}/` })).rejects.toThrow(
      /^connection-refused: (?!.*canary)/,
    )
    await expect(collect(collector, { url: 'ftp://canary@127.0.0.1/' })).rejects.toThrow(/^bad-url: (?!.*canary)/)
    await expect(collect(collector, { url: 'canary' })).rejects.toThrow(/^bad-url: (?!.*canary)/)
    await expect(collect(collector, { url: (await raw(closing)).url })).rejects.toThrow(/^connection-closed/)
    await expect(collect(collector, { url: (await raw(saying('+OK\r\n'))).url })).rejects.toThrow(/^not-http/)
  })

  it('is released at the signal when it never answers', async () => {
    const peer = await raw(silent)
    const limit = new AbortController()
    const gathering = collect(collector, { url: peer.url }, limit.signal)
    limit.abort()
    await expect(gathering).rejects.toThrow()
    await peer.stop()
  })

  it('leaves its status and headers when the body breaks off, or stalls until the signal', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"half":'
    const broken = await raw(afterFirstWords(saying(head, closing)))
    expect(await valueOf(collector, { url: broken.url })).toMatchObject({
      status: 200,
      truncated: true,
      body: '',
      problem: expect.stringMatching(/^the body could not be read: connection-closed/) as string,
    })
    const limit = new AbortController()
    const stalled = await raw(afterFirstWords(saying(head, () => setTimeout(() => limit.abort(), 50))))
    expect(await valueOf(collector, { url: stalled.url }, limit.signal)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '',
    })
    await stalled.released()
  })
})
