import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/port.js'
import { asNobody } from '../../as-nobody.js'
import { observe } from './observe.js'
import { recordedTree } from './recorded-tree.js'

const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const socket = (local: string, state: string, user: number, inode: number): string =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  ${user}        0 ${inode} 1 0 100 0 0 10 0\n`
/** 7946 is 1F0A in hexadecimal. */
const [loopback, every, every6] = ['0100007F:1F0A', '00000000:1F0A', `${'0'.repeat(32)}:1F0A`]
const tables = (tcp: string, tcp6 = ''): Readonly<Record<string, string>> => ({
  'self/net/tcp': heading + tcp,
  'self/net/tcp6': heading + tcp6,
})
const holder = (pid: number, program: string, inode: number): Readonly<Record<string, string>> => ({
  [`${pid}/comm`]: `${program}\n`,
  [`${pid}/fd/3`]: `-> socket:[${inode}]`,
  [`${pid}/fd/4`]: '-> /dev/null',
})
const seen = (files: Readonly<Record<string, string>>) =>
  observe(probe, { port: 7946, 'proc-root': recordedTree(files) })

const free = {
  known: true,
  listening: false,
  addresses: [],
  loopbackOnly: false,
  everyAddress: false,
  ownersKnown: false,
  pid: -1,
  program: '',
  uid: -1,
  oneUser: false,
}

it('says who listens at which addresses', async () => {
  expect(
    await seen({
      ...tables(socket(loopback, '0A', 1000, 501), socket(every6, '0A', 1000, 502)),
      ...holder(30, 'bus (main) 1', 501),
      ...holder(20, 'worker', 502),
      ...holder(10, 'other', 503),
    }),
  ).toEqual({
    known: true,
    listening: true,
    addresses: ['127.0.0.1', '::'],
    loopbackOnly: false,
    everyAddress: true,
    ipv6: true,
    sockets: 2,
    ownersKnown: true,
    pid: 20,
    program: 'worker',
    programs: ['bus (main) 1', 'worker'],
    pids: [20, 30],
    uid: 1000,
    oneUser: true,
  })
})

it('says that a port is for this machine alone', async () => {
  const files = { ...tables(socket(loopback, '0A', 1000, 501)), ...holder(30, 'bus', 501), ...holder(31, 'bus', 501) }
  expect(await seen(files)).toMatchObject({
    addresses: ['127.0.0.1'],
    loopbackOnly: true,
    everyAddress: false,
    ipv6: false,
    sockets: 1,
    pids: [30, 31],
    programs: ['bus'],
  })
})

it.each([
  ['nothing', ''],
  ['a connection from that port', socket(loopback, '01', 1000, 501)],
  ['a socket on another port', socket('0100007F:1F0B', '0A', 1000, 501)],
])('says that a port is free where there is %s', async (_what, tcp) => {
  expect(await seen({ ...tables(tcp), ...holder(30, 'bus', 501) })).toMatchObject(free)
})

it('knows of a socket that belongs to somebody whose processes are not shown only that', async () => {
  const tree = {
    ...tables(socket(every, '0A', 1000, 501) + socket(loopback, '0A', 1001, 502)),
    ...holder(30, 'bus', 501),
    ...holder(31, 'hidden', 502),
  }
  const root = recordedTree(tree)
  chmodSync(root, 0o755)
  chmodSync(join(root, '31/fd'), 0o700)
  const facts = await asNobody(() => observe(probe, { port: 7946, 'proc-root': root }))
  if (process.geteuid?.() === 0)
    expect(facts).toMatchObject({ listening: true, ownersKnown: false, programs: ['bus'], pids: [30] })
  expect(facts).toMatchObject({ uid: 1000, oneUser: false, sockets: 2 })
})

it('knows nothing where the system shows no sockets', async () => {
  expect(await seen({})).toMatchObject({ ...free, known: false, everyAddress: true })
})

const servers: Server[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((fulfil) => server.close(fulfil)))))

async function listenAt(host: string): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((fulfil, reject) => server.once('error', reject).listen(0, host, fulfil))
  return (server.address() as AddressInfo).port
}

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))
const hosts = ['127.0.0.1', '0.0.0.0', ...(hasIpv6 ? ['::1', '::'] : [])]

it.each(hosts)('says of a real port that this process listens at %s', async (host) => {
  const port = await listenAt(host)
  expect(await observe(probe, { port })).toMatchObject({
    known: true,
    listening: true,
    addresses: [host],
    ownersKnown: true,
    pid: process.pid,
    program: readFileSync('/proc/self/comm', 'utf8').trim(),
    uid: process.geteuid?.(),
  })
})

it.runIf(spawnSync('ss', ['-V']).status === 0).each(hosts)('says of a real port at %s what ss says', async (host) => {
  const port = await listenAt(host)
  const { addresses, pids } = await observe(probe, { port })
  const said = execFileSync('ss', ['-Hltnp', `sport = :${port}`], { encoding: 'utf8' })
  const [local] = said.trim().split(/\s+/).slice(3)
  expect(addresses).toEqual([local!.slice(0, -`:${port}`.length).replace('*', '::').replace(/[[\]]/g, '')])
  expect(pids).toEqual([...said.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid)))
})

const sockets: Socket[] = []
afterEach(() => sockets.splice(0).forEach((each) => each.close()))

async function boundAt(host: string): Promise<Socket> {
  const socket = createSocket(host.includes(':') ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' })
  sockets.push(socket)
  socket.bind(0, host)
  await once(socket, 'listening')
  return socket
}

it.each(hosts)('says of a real UDP port that this process takes messages at %s', async (host) => {
  const { port } = (await boundAt(host)).address()
  expect(await observe(probe, { port, protocol: 'udp' })).toMatchObject({
    known: true,
    listening: true,
    addresses: [host],
    loopbackOnly: ['127.0.0.1', '::1'].includes(host),
    everyAddress: ['0.0.0.0', '::'].includes(host),
    sockets: 1,
    ownersKnown: true,
    pid: process.pid,
    uid: process.geteuid?.(),
  })
})

it.runIf(spawnSync('ss', ['-V']).status === 0)('says of a real UDP port what ss says', async () => {
  const { port } = (await boundAt('127.0.0.1')).address()
  const { addresses, pids } = await observe(probe, { port, protocol: 'udp' })
  const said = execFileSync('ss', ['-Hlunp', `sport = :${port}`], { encoding: 'utf8' })
  expect([said.trim().split(/\s+/)[3]]).toEqual(addresses.map((address) => `${address}:${port}`))
  expect([...said.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid))).toEqual(pids)
})

it('takes no UDP socket for a listener that has a peer, and neither protocol for the other', async () => {
  const [peer, client] = [await boundAt('127.0.0.1'), await boundAt('127.0.0.1')]
  client.connect(peer.address().port, '127.0.0.1')
  await once(client, 'connect')
  expect(await observe(probe, { port: client.address().port, protocol: 'udp' })).toMatchObject(free)
  expect(await observe(probe, { port: peer.address().port })).toMatchObject(free)
  const port = await listenAt('127.0.0.1')
  expect(await observe(probe, { port, protocol: 'udp' })).toMatchObject(free)
})

it('reads the UDP sockets of a recording', async () => {
  const root = recordedTree({
    'self/net/udp': heading + socket(every, '07', 0, 501) + socket(loopback, '01', 0, 502),
    'self/net/tcp': heading + socket(loopback, '0A', 1000, 503),
    ...holder(30, 'member', 501),
  })
  expect(await observe(probe, { port: 7946, protocol: 'udp', 'proc-root': root })).toMatchObject({
    addresses: ['0.0.0.0'],
    everyAddress: true,
    sockets: 1,
    programs: ['member'],
    uid: 0,
  })
  const withoutUdp = recordedTree({ 'self/net/tcp': heading + socket(loopback, '0A', 1000, 503) })
  const facts = await observe(probe, { port: 7946, protocol: 'udp', 'proc-root': withoutUdp })
  expect(facts).toMatchObject({ known: false, listening: false, everyAddress: true })
})
