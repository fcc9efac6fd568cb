import { createServer, type AddressInfo, type Server } from 'node:net'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { collector } from '../../../src/incidents/collectors/ports.js'
import { listenersOf, readListener, machineOf, socketOwners } from '../../../src/processes/sockets/listening-sockets.js'
import { collect, valueOf } from './collect.js'

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((fulfil) => server.close(fulfil))))
})

async function listening(host: string): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((fulfil) => server.listen(0, host, fulfil))
  return (server.address() as AddressInfo).port
}

const never = new AbortController().signal
const ours = { pid: process.pid, program: readFileSync('/proc/self/comm', 'utf8').trim() }

describe('the ports of a deployment', () => {
  it('are reported with who listens, by number, by URL and by address', async () => {
    const first = await listening('127.0.0.1')
    const second = await listening('127.0.0.1')
    const value = await valueOf(collector, {
      ports: {
        number: first,
        digits: String(first),
        url: `ws://user:canary@127.0.0.1:${second}/ws?token=canary`,
        address: `localhost:${second}`,
      },
    })
    const by = [{ address: '127.0.0.1', user: process.getuid?.(), processes: [ours] }]
    expect(value['ports']).toEqual({
      number: { host: '', port: first, machine: 'this', listening: true, by },
      digits: { host: '', port: first, machine: 'this', listening: true, by },
      url: { host: '127.0.0.1', port: second, machine: 'this', listening: true, by },
      address: { host: 'localhost', port: second, machine: 'this', listening: true, by },
    })
    expect(JSON.stringify(value)).not.toContain('canary')
  })

  it('are distinguished from those without a listener', async () => {
    const port = await listening('127.0.0.1')
    await new Promise((fulfil) => servers.pop()!.close(fulfil))
    expect((await valueOf(collector, { ports: { bus: port, elsewhere: 'http://192.0.2.1:4000/' } }))['ports']).toEqual({
      bus: { host: '', port, machine: 'this', listening: false, by: [] },
      elsewhere: expect.objectContaining({ machine: 'other' }) as object,
    })
  })

  it('hold for IPv6 as well', async () => {
    const port = await listening('::1')
    expect((await valueOf(collector, { ports: { bus: `http://[::1]:${port}/` } }))['ports']).toMatchObject({
      bus: { host: '::1', machine: 'this', by: [{ address: '::1', processes: [ours] }] },
    })
  })

  it('are those of the processes that are named, and of no others', async () => {
    const port = await listening('127.0.0.1')
    const value = await valueOf(collector, { pids: [process.pid, 4_194_305] })
    const { listening: found, ...rest } = (value['processes'] as Record<string, { readonly listening: unknown[] }>)[
      String(process.pid)
    ]!
    expect(rest).toEqual({ running: true, program: ours.program })
    expect(found).toContainEqual({ address: '127.0.0.1', port })
    expect((value['processes'] as Record<string, unknown>)['4194305']).toEqual({
      running: false,
      program: '',
      listening: [],
    })
    expect(value['ports']).toEqual({})
  })

  it('are reported when they are invalid, without what was given', async () => {
    const port = await listening('127.0.0.1')
    expect((await valueOf(collector, { ports: { bus: 'canary', edge: port } }))['ports']).toEqual({
      bus: { problem: expect.stringMatching(/^bad-url: (?!.*canary)/) as string },
      edge: expect.objectContaining({ listening: true }) as object,
    })
    for (const ports of [{ bus: 0 }, { bus: 65_536 }, { 'Bus!': 1 }, { bus: true }])
      expect(collector.input.safeParse({ ports }).success).toBe(false)
    expect(collector.input.safeParse({ pids: [0] }).success).toBe(false)
  })

  it('are released at the signal', async () => {
    await expect(collect(collector, { ports: { bus: 1 } }, AbortSignal.abort())).rejects.toThrow()
  })
})

it('reads no line but that of a socket that listens', () => {
  expect(
    readListener(
      '   1: 00000000000000000000000001000000:0FA0 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1 0',
    ),
  ).toMatchObject({ port: 4000, user: 0, inode: '9' })
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^( ?[0-9A-F:]{1,12}){1,14}$/)), (line) => {
      const found = readListener(line)
      if (found === undefined) return
      expect(found.port).toBeGreaterThanOrEqual(0)
      expect(found.port).toBeLessThan(65_536)
      expect(line).toContain(found.inode)
    }),
  )
})

describe('a system whose tables are as ours are not', () => {
  it('is read as far as it tells, line by line', async () => {
    const proc = mkdtempSync(join(tmpdir(), 'preflight-proc-'))
    try {
      mkdirSync(join(proc, 'self/net'), { recursive: true })
      await expect(listenersOf('self', never, proc)).rejects.toThrow(
        'the system does not show which ports are listened on',
      )
      const heading =
        '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
      const line = (state: string, inode: number) =>
        `   0: 0100007F:1F90 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0 0 10 0\n`
      writeFileSync(join(proc, 'self/net/tcp'), heading + line('01', 5).repeat(50_000) + line('0A', 77) + 'rubbish\n')
      expect(await listenersOf('self', never, proc)).toEqual([
        { address: expect.any(String) as string, port: 8080, user: 1000, inode: '77' },
      ])

      mkdirSync(join(proc, '12/fd'), { recursive: true })
      mkdirSync(join(proc, '13/fd'), { recursive: true })
      mkdirSync(join(proc, '14'))
      writeFileSync(join(proc, '12/comm'), 'arqon-bus\n')
      symlinkSync('socket:[77]', join(proc, '12/fd/3'))
      symlinkSync('socket:[77]', join(proc, '12/fd/4'))
      symlinkSync('socket:[78]', join(proc, '13/fd/3'))
      symlinkSync('/dev/null', join(proc, '13/fd/4'))
      expect(await socketOwners(new Set(['77']), never, undefined, proc)).toEqual(
        new Map([['77', [{ pid: 12, program: 'arqon-bus' }]]]),
      )
    } finally {
      rmSync(proc, { recursive: true })
    }
  })
})

it('knows this machine by its loopback and its own addresses, and looks no name up', () => {
  expect(['', 'localhost', '127.0.0.1', '127.8.8.8', '::1', '0.0.0.0', '::'].map(machineOf)).toEqual(
    Array(7).fill('this'),
  )
  expect(machineOf('192.0.2.1')).toBe('other')
  expect(machineOf('bus.example')).toBe('unknown')
})
