import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { codeOf } from '../../base/errors.js'
import { endianness, networkInterfaces } from 'node:os'
import { isIP, isIPv6 } from 'node:net'
import { readdir, readFile, readlink } from 'node:fs/promises'

/** A TCP socket that waits for connections, or a UDP socket that takes messages from everybody. */
export interface Listener {
  readonly address: string
  readonly port: number
  /** The user id it belongs to. */
  readonly user: number
  /** What it is called among the open files of its process. */
  readonly inode: string
}

/** One end of an open connection. */
interface ConnectedSocket {
  readonly address: string
  readonly port: number
}

/** The system has no /proc, or does not let us look. */
export class ListenersUnknownError extends Error {
  override readonly name = 'ListenersUnknownError'
}

export const portProtocols = ['tcp', 'udp'] as const
type PortProtocol = (typeof portProtocols)[number]

/** ESTABLISHED, among the states of /proc/net/tcp (proc_net_tcp.txt in the kernel's documentation). */
const established = '01'

/** Others of them: LISTEN, and of UDP CLOSE, which says that the socket has no peer. */
const listening: Readonly<Record<PortProtocol, string>> = { tcp: '0A', udp: '07' }

/**
 * Every listening socket of a protocol in the network of a process.
 *
 * @param process its id, or `self`
 * @throws ListenersUnknownError
 */
export async function listenersOf(
  process: string,
  signal: AbortSignal,
  proc = '/proc',
  protocol: PortProtocol = 'tcp',
): Promise<readonly Listener[]> {
  return socketsOf(process, protocol, (line) => readListener(line, protocol), signal, proc)
}

/**
 * The ends of all open TCP connections in the network of a process: of one from this machine to itself, both.
 *
 * @param process its id, or `self`
 * @throws ListenersUnknownError
 */
export async function connectionsOf(
  process: string,
  signal: AbortSignal,
  proc = '/proc',
): Promise<readonly ConnectedSocket[]> {
  return socketsOf(process, 'tcp', readConnection, signal, proc)
}

async function socketsOf<Socket>(
  process: string,
  protocol: PortProtocol,
  read: (line: string) => Socket | undefined,
  signal: AbortSignal,
  proc: string,
): Promise<readonly Socket[]> {
  const tables = await Promise.all(
    [protocol, `${protocol}6`].map((name) => tableAt(`${proc}/${process}/net/${name}`, read, signal)),
  )
  if (tables.every((table) => table === undefined))
    throw new ListenersUnknownError('the system does not show which ports are listened on')
  return tables.flatMap((table) => table ?? [])
}

/**
 * Line by line, since a busy machine has a line for each of its connections. A system without IPv6 has no table for it.
 */
async function tableAt<Socket>(
  path: string,
  read: (line: string) => Socket | undefined,
  signal: AbortSignal,
): Promise<readonly Socket[] | undefined> {
  const found: Socket[] = []
  const file = createReadStream(path, { signal })
  // The lines end with an error of the file, without reporting it.
  const failure = new Promise<undefined>((_fulfil, reject) => file.once('error', reject))
  failure.catch(() => {})
  try {
    const lines = (async () => {
      for await (const line of createInterface({ input: file })) {
        const socket = read(line)
        if (socket !== undefined) found.push(socket)
      }
      return found
    })()
    return await Promise.race([failure, lines.then(async (read) => (file.errored === null ? read : await failure))])
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH', 'EINVAL'].includes(codeOf(error))) return undefined
    throw error
  } finally {
    file.destroy()
  }
}

/** A line of such a table; `undefined` for its heading and for a socket that does not listen. */
export function readListener(line: string, protocol: PortProtocol = 'tcp'): Listener | undefined {
  const [, local = '', , state, , , , user = '', , inode = ''] = line.trim().split(/\s+/)
  const place = placeIn(local)
  if (state !== listening[protocol] || place === undefined || !/^\d+$/.test(user) || !/^\d+$/.test(inode))
    return undefined
  return { ...place, user: Number(user), inode }
}

/** A line of such a table; `undefined` for its heading and for a socket without a connection. */
function readConnection(line: string): ConnectedSocket | undefined {
  const [, local = '', , state] = line.trim().split(/\s+/)
  return state === established ? placeIn(local) : undefined
}

function placeIn(local: string): ConnectedSocket | undefined {
  const match = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(local)
  return match === null ? undefined : { address: addressOf(match[1]!), port: Number.parseInt(match[2]!, 16) }
}

/** An address as /proc/net/tcp writes it, words of 32 bits in the machine's own order, as people write it. */
export function addressOf(hexadecimal: string, order = endianness()): string {
  const words = hexadecimal.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => {
    const inOrder = (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))
    return order === 'LE' ? inOrder.reverse() : inOrder
  })
  return bytes.length === 4 ? bytes.join('.') : sixthVersion(bytes)
}

/** RFC 5952, by way of the URL parser; an IPv4 address in its mapped form as IPv4. */
function sixthVersion(bytes: readonly number[]): string {
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  if (isMapped) return bytes.slice(12).join('.')
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bytes[2 * index]! << 8) | bytes[2 * index + 1]!).toString(16),
  )
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

/** The addresses of this machine's network interfaces, those of the loopback included. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address))
}

/** Whether an address leads to this machine alone (127.0.0.0/8, ::1). */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** Whether an address stands for every address of its kind. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** Whether a host is this machine; names other than localhost are not looked up. */
export function machineOf(host: string): 'this' | 'other' | 'unknown' {
  if (host === '' || host === 'localhost') return 'this'
  if (isIP(host) === 0) return 'unknown'
  return isWildcard(host) || isLoopback(host) || ownAddresses().includes(host) ? 'this' : 'other'
}

/** Listening sockets, and the processes that hold each; none where those may not be looked into. */
export interface HeldListener extends Listener {
  readonly owners: readonly SocketOwner[]
}

/**
 * How many services hold these sockets of one port. A process and all with which it shares a socket (its workers) are
 * one. Of sockets whose holders are hidden those of one user are taken for one service, as far as they can be: one for
 * IPv4 and one for IPv6. A second socket that takes the same connections is a second service, since a service needs no
 * more than one.
 */
export function distinctHolders(listeners: readonly HeldListener[]): number {
  const groups: Set<number>[] = []
  for (const { owners } of listeners.filter((listener) => listener.owners.length > 0)) {
    const pids = new Set(owners.map(({ pid }) => pid))
    const joined = groups.filter((group) => [...pids].some((pid) => group.has(pid)))
    for (const group of joined) groups.splice(groups.indexOf(group), 1)
    groups.push(new Set([...pids, ...joined.flatMap((group) => [...group])]))
  }
  const hidden = listeners.filter(({ owners }) => owners.length === 0)
  const users = new Set(hidden.map(({ user }) => user))
  const counts = [...users].map((user) => {
    const own = hidden.filter((listener) => listener.user === user)
    const sixth = own.filter(({ address }) => isIPv6(address)).length
    return Math.max(sixth, own.length - sixth)
  })
  return groups.length + counts.reduce((sum, count) => sum + count, 0)
}

export interface SocketOwner {
  readonly pid: number
  readonly program: string
}

/**
 * The processes that hold sockets open, by the socket's inode. Those of other users are passed over where we may not
 * look.
 *
 * @param among processes to look at; all when left out
 */
export async function socketOwners(
  inodes: ReadonlySet<string>,
  signal: AbortSignal,
  among?: readonly number[],
  proc = '/proc',
): Promise<ReadonlyMap<string, readonly SocketOwner[]>> {
  const owners = new Map<string, SocketOwner[]>()
  if (inodes.size === 0) return owners
  for (const pid of among ?? (await processIds(proc))) {
    if (signal.aborted) throw new Error('the time limit passed before every process was examined')
    const held = new Set((await openSockets(pid, proc)).filter((inode) => inodes.has(inode)))
    if (held.size === 0) continue
    const owner = { pid, program: await programOf(pid, proc) }
    for (const inode of held) owners.set(inode, [...(owners.get(inode) ?? []), owner])
  }
  return owners
}

/**
 * The name of a process's program, at most 15 characters (proc_pid_comm(5)); not its command line, which may hold
 * credentials. Empty when there is no such process.
 */
export async function programOf(pid: number, proc = '/proc'): Promise<string> {
  return (await readFile(`${proc}/${pid}/comm`, 'utf8').catch(() => '')).trim()
}

async function processIds(proc: string): Promise<readonly number[]> {
  return (await readdir(proc)).filter((name) => /^\d+$/.test(name)).map(Number)
}

/** A process may end, and close files, while it is looked at. */
async function openSockets(pid: number, proc: string): Promise<readonly string[]> {
  const folder = `${proc}/${pid}/fd`
  const files = await readdir(folder).catch((): string[] => [])
  const targets = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => '')))
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
}
