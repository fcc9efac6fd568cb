import { createServer, type Server, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { probe as http } from '../../src/checks/probes/http.js'
import { probe as prometheus } from '../../src/checks/probes/prometheus.js'
import { probe as redis } from '../../src/checks/probes/redis.js'
import { probe as tcp } from '../../src/checks/probes/tcp.js'
import { probe as tls } from '../../src/checks/probes/tls.js'
import { probe as websocket } from '../../src/checks/probes/websocket.js'
import { throughGate } from '../../src/net/turn.js'
import { startHttpPeer, type HttpPeer } from '../peers/http-peer.js'
import { attempt } from '../checks/probes/attempt.js'
import type { Probe } from '../../src/engine/probe.js'

let web: HttpPeer
let closing: Server
let connections = 0
beforeAll(async () => {
  web = await startHttpPeer((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: '/' }).end()
    else response.end('up 1\n')
  })
  web.server.on('connection', () => (connections += 1))
  closing = createServer((socket) => {
    connections += 1
    socket.on('error', () => undefined).destroy()
  })
  await new Promise<void>((resolve) => void closing.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await web.stop()
  closing.close()
})

const port = (): number => (closing.address() as AddressInfo).port

it.each<readonly [string, Probe, () => unknown]>([
  ['a page', http, () => ({ url: web.url })],
  ['a redirect and its target', http, () => ({ url: `${web.url}/away`, 'follow-redirects': 1 })],
  ['pages beside the first', http, () => ({ url: web.url, beside: { other: `${web.url}/other` } })],
  ['metrics', prometheus, () => ({ url: web.url })],
  ['an upgrade', websocket, () => ({ url: web.url.replace('http', 'ws') })],
  ['a port', tcp, () => ({ host: '127.0.0.1', port: port() })],
  ['TLS', tls, () => ({ host: '127.0.0.1', port: port() })],
  ['Redis', redis, () => ({ url: `redis://127.0.0.1:${port()}/0` })],
])('every connection takes a turn, and ends it: %s', async (_what, probe, input) => {
  connections = 0
  let entered = 0
  let ended = 0
  const addresses = new Set<string>()
  const gate = {
    enter: async (address: string) => {
      entered += 1
      addresses.add(address)
      return () => void (ended += 1)
    },
  }
  await throughGate(gate, () => attempt(probe, input(), 5000))
  expect(connections).toBeGreaterThan(0)
  expect(entered).toBe(connections)
  expect([...addresses]).toEqual([expect.stringMatching(/^localhost:\d+$/)])
  await expect.poll(() => ended).toBe(entered)
})
