import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SilenceError } from '../../../src/base/errors.js'
import { probe } from '../../../src/checks/probes/prometheus.js'
import { startHttpPeer, type HttpPeer } from '../../peers/http-peer.js'
import { afterFirstWords, closing, saying, silent, soon, startRawPeer, type Script } from '../../peers/raw-peer.js'
import { attempt } from './attempt.js'
import { observe } from './observe.js'

const type = { 'content-type': 'text/plain; version=0.0.4' }
const pages: Readonly<Record<string, RequestListener>> = {
  '/metrics': (_request, response) =>
    response.writeHead(200, type).end('# TYPE up gauge\nup{a="1"} 1\nup{a="2"} 2\nload NaN\n'),
  '/empty': (_request, response) => response.writeHead(200, type).end(),
  '/garbage': (_request, response) => response.writeHead(200, type).end('up 1\nnonsense here\n'),
  '/error': (_request, response) => response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>error</h1>'),
  '/many': (_request, response) =>
    response.writeHead(200, type).end(Array.from({ length: 5000 }, (_none, index) => `m${index} ${index}\n`).join('')),
  '/busy': (_request, response) => response.writeHead(429).end(),
  '/locked': (_request, response) => response.writeHead(423).end(),
  '/asks': (request, response) =>
    response.writeHead(request.headers.accept?.startsWith('text/plain') === true ? 200 : 406).end(),
}

let peer: HttpPeer
beforeAll(async () => {
  peer = await startHttpPeer((request, response) => pages[request.url ?? '']?.(request, response))
})
afterAll(() => peer.stop())

describe('prometheus', () => {
  it('sums the samples of a name', async () => {
    expect(await observe(probe, { url: `${peer.url}/metrics` })).toMatchObject({
      reached: 'samples',
      problem: { code: 'none' },
      status: 200,
      contentType: 'text/plain',
      parsable: true,
      problemLine: 0,
      samples: 3,
      names: ['up', 'load'],
      values: { up: 3, load: 0 },
      nonFinite: ['load'],
      missing: [],
    })
  })

  it('looks for what it is asked for', async () => {
    expect(await observe(probe, { url: `${peer.url}/metrics`, names: ['up', 'down'] })).toMatchObject({
      names: ['up'],
      values: { up: 3 },
      missing: ['down'],
      samples: 3,
    })
  })

  it.each([
    ['/busy', 'throttled', true],
    ['/locked', 'locked', false],
  ])('observes nothing of a peer that answers at %s: %s', async (path, code, isTransient) => {
    await expect(observe(probe, { url: `${peer.url}${path}` })).rejects.toMatchObject({
      message: expect.stringMatching(`^${code}: the peer answers 4`) as string,
      is: { isTransient },
    })
  })

  it('an empty page is parsable, and misses everything', async () => {
    expect(await observe(probe, { url: `${peer.url}/empty`, names: ['up'] })).toMatchObject({
      reached: 'samples',
      parsable: true,
      samples: 0,
      missing: ['up'],
    })
  })

  it('tells where a page breaks the format', async () => {
    expect(await observe(probe, { url: `${peer.url}/garbage` })).toMatchObject({
      reached: 'body',
      status: 200,
      parsable: false,
      problemLine: 2,
      samples: 1,
      names: ['up'],
      problem: {
        code: 'not-prometheus',
        class: 'code',
        detail: 'line 2 of the page (status 200) is not Prometheus text',
      },
    })
    expect(await observe(probe, { url: `${peer.url}/error` })).toMatchObject({
      reached: 'body',
      status: 500,
      contentType: 'text/html',
      parsable: false,
      problemLine: 1,
      problem: { code: 'not-prometheus' },
    })
  })

  it('keeps no more names than it can show, and says how many samples there were', async () => {
    const facts = await observe(probe, { url: `${peer.url}/many` })
    expect([facts.names.length, Object.keys(facts.values).length, facts.samples]).toEqual([1000, 1000, 5000])
    expect(await observe(probe, { url: `${peer.url}/many`, names: ['m4999'] })).toMatchObject({
      values: { m4999: 4999 },
    })
  })

  it('reads no more than it may, and asks for the format', async () => {
    expect(await observe(probe, { url: `${peer.url}/many`, 'max-bytes': 100 })).toMatchObject({
      reached: 'response',
      parsable: false,
      problem: { code: 'too-large' },
    })
    expect(await observe(probe, { url: `${peer.url}/asks` })).toMatchObject({ status: 200 })
  })

  it.each([
    ['hangs up', afterFirstWords(closing), 'connect', 'connection-closed'],
    [
      'hangs up in the page',
      afterFirstWords(saying('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nup 1\n', soon(closing))),
      'response',
      'connection-closed',
    ],
    ['speaks something else', afterFirstWords(saying('-ERR\r\n')), 'connect', 'not-http'],
  ] as [string, Script, string, string][])('a peer that %s', async (_name, script, reached, code) => {
    const scripted = await startRawPeer(script)
    try {
      expect(await observe(probe, { url: `http://127.0.0.1:${scripted.port}/metrics`, names: ['up'] })).toMatchObject({
        reached,
        parsable: false,
        missing: ['up'],
        problem: { code },
      })
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })

  it.each([
    ['on connecting', silent, 'connect'],
    ['in the page', afterFirstWords(saying('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nup 1\n')), 'response'],
  ] as [string, Script, string][])('a peer that falls silent %s', async (_name, script, reached) => {
    const scripted = await startRawPeer(script)
    try {
      const { error, rungs } = await attempt(probe, { url: `http://127.0.0.1:${scripted.port}/metrics` }, 400)
      expect(error).toBeInstanceOf(SilenceError)
      expect(rungs.at(-1)).toBe(reached)
      await scripted.released()
    } finally {
      await scripted.stop()
    }
  })
})
