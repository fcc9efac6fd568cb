import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../../sandbox/process/free-port.js'
import { probe } from '../../../src/checks/probes/listeners.js'
import { observe } from './observe.js'

const servers: Server[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((fulfil) => server.close(fulfil)))))

async function listen(host: string, port = 0): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((fulfil, reject) => server.once('error', reject).listen(port, host, fulfil))
  return (server.address() as AddressInfo).port
}

const connectedTo = (port: number): Promise<Socket> =>
  new Promise((fulfil, reject) => {
    const socket = connect(port, '127.0.0.1', () => fulfil(socket))
    socket.once('error', reject)
  })

const program = readFileSync('/proc/self/comm', 'utf8').trim()
const at = (address: string) => `${program} (process ${process.pid}) at ${address}`

describe('listeners', () => {
  it('are reported with the process that holds them, however the place is named', async () => {
    const port = await listen('127.0.0.1')
    for (const input of [
      { address: `ws://user:word@127.0.0.1:${port}/ws` },
      { address: `localhost:${port}` },
      { host: '127.0.0.1', port },
    ]) {
      expect(await observe(probe, input)).toEqual({
        here: true,
        told: true,
        services: 1,
        programs: [program],
        listeners: [at('127.0.0.1')],
        connections: 0,
      })
    }
  })

  it('of the other loopback addresses count too, since a name of this machine may stand for any', async () => {
    const port = await listen('127.0.0.1')
    await listen('127.0.1.1', port)
    const facts = await observe(probe, { host: '127.0.0.1', port })
    expect(facts).toMatchObject({ services: 1, programs: [program] })
    expect([...facts.listeners].sort()).toEqual([at('127.0.0.1'), at('127.0.1.1')])
  })

  it.runIf(outward() !== undefined)('of an address that no client of the host comes to do not', async () => {
    const port = await listen('127.0.0.1')
    expect(await observe(probe, { host: outward()!, port })).toMatchObject({ here: true, services: 0 })
    await new Promise((fulfil) => servers.pop()!.close(fulfil))
    await listen('0.0.0.0', port)
    expect(await observe(probe, { host: outward()!, port })).toMatchObject({ services: 1, listeners: [at('0.0.0.0')] })
  })

  it('are none where no process listens', async () => {
    expect(await observe(probe, { host: '127.0.0.1', port: await freePort() })).toEqual({
      here: true,
      told: true,
      services: 0,
      programs: [],
      listeners: [],
      connections: 0,
    })
  })

  it('have the connections of their clients, and not those of another port', async () => {
    const port = await listen('0.0.0.0')
    const other = await listen('127.0.0.1')
    const clients = await Promise.all([port, port, other].map(connectedTo))
    expect(await observe(probe, { host: '127.0.0.1', port })).toMatchObject({ services: 1, connections: 2 })
    expect(await observe(probe, { host: '127.0.0.1', port: other })).toMatchObject({ connections: 1 })
    for (const client of clients) client.destroy()
  })

  it.each(['192.0.2.1', '2001:db8::1', 'no-such-host.invalid'])(
    'of %s are unknown: it is not this machine',
    async (host) => {
      expect(await observe(probe, { host, port: 9100 })).toEqual({
        here: false,
        told: false,
        services: 0,
        programs: [],
        listeners: [],
        connections: Number.MAX_SAFE_INTEGER,
      })
    },
  )

  it('are looked for at one place, which is a port', async () => {
    await expect(observe(probe, { address: 'canary' })).rejects.toThrow(/^bad-url: (?!.*canary)/)
    expect(probe.input.safeParse({ address: '127.0.0.1:1', port: 1 }).success).toBe(false)
  })
})

/** An address of this machine that is not of the loopback. */
function outward(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address
}
