import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../sandbox/process/free-port.js'
import { SilenceError } from '../../src/base/errors.js'
import { boundBytes, TooMuchError } from '../../src/net/checked-stream.js'
import { dial, type DialledEndpoint } from '../../src/net/dial.js'
import { socketRefusal } from '../../src/net/refusal.js'

let server: Server | undefined
afterEach(() => new Promise<void>((fulfil) => (server === undefined ? fulfil() : void server.close(() => fulfil()))))

async function listen(where: { port?: number; host?: string; path?: string }, greet = ''): Promise<Server> {
  const started = createServer((socket) => {
    socket.on('error', () => {}).resume()
    if (greet !== '') socket.write(greet)
  })
  server = started
  await new Promise<void>((fulfil) => started.listen(where, fulfil))
  return started
}

async function reaching(endpoint: DialledEndpoint, signal = new AbortController().signal) {
  const rungs: string[] = []
  try {
    const socket = await dial(endpoint, { signal, reach: (rung) => rungs.push(rung) })
    return { rungs, socket, error: undefined }
  } catch (error) {
    return { rungs, socket: undefined, error }
  }
}

describe('dial', () => {
  it('resolves and connects', async () => {
    const port = ((await listen({ port: 0, host: '127.0.0.1' })).address() as AddressInfo).port
    const { rungs, socket } = await reaching({ host: 'localhost', port })
    expect(rungs).toEqual(['resolve', 'connect'])
    socket?.destroy()
  })

  it('connects to a socket file, which has no name to resolve', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dial-'))
    const path = join(folder, 's')
    await listen({ path })
    const { rungs, socket } = await reaching({ path })
    expect(rungs).toEqual(['connect'])
    socket?.destroy()
    expect(await reaching({ path: join(folder, 'none') })).toMatchObject({
      rungs: [],
      error: { problem: { code: 'name-not-found', class: 'config' } },
    })
    await rm(folder, { recursive: true, force: true })
  })

  it('classifies what is in the way', async () => {
    expect(await reaching({ host: '127.0.0.1', port: await freePort() })).toMatchObject({
      rungs: ['resolve'],
      error: { problem: { code: 'connection-refused', transient: true } },
    })
    for (const host of ['', 'a\0b', 'no-such-host.invalid'])
      expect(await reaching({ host, port: 1 })).toMatchObject({
        rungs: [],
        error: { problem: { code: 'name-not-found' } },
      })
  })

  it('is refused by a name all of whose addresses refuse', async () => {
    expect(await reaching({ host: 'localhost', port: await freePort() })).toMatchObject({
      error: { problem: { code: 'connection-refused' } },
    })
  })

  it('is silence when there is no time left', async () => {
    expect((await reaching({ host: '127.0.0.1', port: 1 }, AbortSignal.abort())).error).toBeInstanceOf(SilenceError)
  })

  it('ties the socket to the signal for life', async () => {
    const port = ((await listen({ port: 0, host: '127.0.0.1' })).address() as AddressInfo).port
    const attempt = new AbortController()
    const { socket } = await reaching({ host: '127.0.0.1', port }, attempt.signal)
    const closed = new Promise<void>((fulfil) => socket?.once('close', () => fulfil()))
    attempt.abort()
    expect(socket?.destroyed).toBe(true)
    await closed
  })
})

describe('boundBytes', () => {
  it('ends a connection that delivers more, and only then', async () => {
    const port = ((await listen({ port: 0, host: '127.0.0.1' }, 'x'.repeat(100))).address() as AddressInfo).port
    for (const [maximum, isEnded] of [
      [100, false],
      [99, true],
    ] as const) {
      const { socket } = await reaching({ host: '127.0.0.1', port })
      if (socket === undefined) throw new Error('not connected')
      boundBytes(socket, maximum)
      const failure = await new Promise<Error | undefined>((fulfil) => {
        socket.once('error', fulfil)
        socket.on('data', () => setImmediate(() => fulfil(undefined)))
      })
      expect(failure instanceof TooMuchError).toBe(isEnded)
      socket.destroy()
    }
  })
})

describe('socketRefusal', () => {
  it('knows its codes and leaves the others', () => {
    const failing = (code: string) => Object.assign(new Error(code), { code })
    expect(socketRefusal(failing('EHOSTUNREACH'))?.problem.code).toBe('network-unreachable')
    expect(socketRefusal(failing('EAI_AGAIN'))?.problem).toMatchObject({ code: 'name-not-found', transient: true })
    expect(socketRefusal(new AggregateError([failing('ENETUNREACH'), failing('ECONNREFUSED')]))?.problem.code).toBe(
      'connection-refused',
    )
    expect(socketRefusal(failing('ETIMEDOUT'))).toBeUndefined()
    expect(socketRefusal(new Error('no code'))).toBeUndefined()
  })
})
