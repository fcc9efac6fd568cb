import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../sandbox/process/free-port.js'
import { probe } from '../../../src/checks/probes/tcp.js'
import { addressesOf, observe } from './observe.js'

let server: Server
let port: number
const open = new Set<Socket>()

beforeAll(async () => {
  server = createServer((socket) => {
    open.add(socket)
    socket.resume()
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
  })
  await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil))
  port = (server.address() as AddressInfo).port
})
afterAll(() => new Promise<void>((fulfil) => void server.close(() => fulfil())))

describe('tcp', () => {
  it('finds a port open, however it is named, and hangs up', async () => {
    for (const input of [
      { address: `127.0.0.1:${port}` },
      { address: `postgres://u:p@127.0.0.1:${port}/d` },
      { host: '127.0.0.1', port },
      { host: '127.0.0.1', port: String(port) },
    ]) {
      expect(await observe(probe, input)).toMatchObject({
        open: true,
        remoteAddress: '127.0.0.1',
        reached: 'connect',
        problem: { code: 'none' },
      })
    }
    while (open.size > 0) await new Promise((fulfil) => setImmediate(fulfil))
  })

  it('tries every address of a name', async () => {
    // localhost may be ::1 first, where nothing listens.
    expect(await observe(probe, { host: 'localhost', port })).toMatchObject({ open: true })
  })

  it('tells refused from a name that does not exist', async () => {
    expect(await observe(probe, { host: '127.0.0.1', port: await freePort() })).toMatchObject({
      open: false,
      reached: 'resolve',
      problem: { code: 'connection-refused', class: 'dependency', transient: true },
    })
    expect(await observe(probe, { host: 'no-such-host.invalid', port })).toMatchObject({
      open: false,
      reached: 'none',
      problem: { code: 'name-not-found' },
    })
  })

  it('reads an address that has no port as a fault of configuration', async () => {
    for (const address of ['', 'host', 'host:0', 'host:port', 'redis://:pw-in-url@host', ':80', 'a b:1']) {
      const { problem } = await observe(probe, { address })
      expect(problem).toMatchObject({ code: 'bad-url', class: 'config' })
      expect(problem.detail).not.toContain('pw-in-url')
    }
  })

  it('takes exactly one way of naming the place', () => {
    for (const input of [
      {},
      { host: 'h' },
      { port: 1 },
      { address: 'h:1', host: 'h', port: 1 },
      { host: 'h', port: 0 },
      { host: 'h', port: 65_536 },
      { host: 'h', port: 1, more: 1 },
    ]) {
      expect(probe.input.safeParse(input).success).toBe(false)
    }
  })

  it('says where it would connect, without credentials', () => {
    expect(addressesOf(probe, { address: 'ws://u:p@bus.example/ws' })).toEqual(['bus.example:80'])
    expect(addressesOf(probe, { host: '::1', port: 5 })).toEqual(['[::1]:5'])
  })
})
