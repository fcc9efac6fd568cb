import { z } from 'zod'
import { credential } from '../../net/credential.js'
import { wholeNumber, blankOf } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import {
  distinctHolders,
  type HeldListener,
  connectionsOf,
  listenersOf,
  ListenersUnknownError,
  type Listener,
  isLoopback,
  isWildcard,
  machineOf,
  socketOwners,
} from '../../processes/sockets/listening-sockets.js'
import { addressesOf } from '../../net/dial.js'
import { namesOnePlace, placeOf, portInput } from '../../net/host-port.js'

const input = z
  .strictObject({
    address: credential().optional().describe('host:port, or a URL with a port'),
    host: z.string().min(1).max(255).optional().describe('host name or address; with port, in place of address'),
    port: portInput().optional().describe('port, with host'),
  })
  .refine(namesOnePlace, 'either address, or host and port')

const facts = z.strictObject({
  here: z.boolean().describe('the host is an address of this machine'),
  told: z.boolean().describe('the system shows who listens: it has /proc, and it is readable'),
  services: wholeNumber().describe(
    'services that listen where a client of this host can connect; a process and its workers count as one',
  ),
  programs: z
    .array(z.string())
    .describe('names of their programs, without duplicates and without those that this user cannot see'),
  listeners: z.array(z.string()).describe('each listening socket: its program, process and address'),
  connections: wholeNumber().describe(
    'open connections of clients to the port, of clients on this machine too; the largest number there is if unknown',
  ),
})

const blank = blankOf(facts, { connections: Number.MAX_SAFE_INTEGER })

/**
 * Whether a socket may take a connection to one of the addresses. Loopback addresses are one place: `localhost` and the
 * host's own name stand for any of them.
 */
function mayTake(listener: Pick<Listener, 'address'>, addresses: readonly string[]): boolean {
  if (isWildcard(listener.address) || addresses.some(isWildcard) || addresses.includes(listener.address)) return true
  return isLoopback(listener.address) && addresses.some(isLoopback)
}

function describe({ address, user, owners }: HeldListener): string {
  const [first] = owners
  return first === undefined
    ? `a process of user ${user} at ${address}`
    : `${first.program} (process ${first.pid}) at ${address}`
}

export const probe = defineProbe({
  kind: 'listeners',
  title: 'who listens on a port of this machine',
  description:
    'Reads from /proc which sockets listen on a port of this machine, which processes hold them, and how many connections they have. Opens no connection. Several processes can share a port (SO_REUSEPORT), and each connection goes to one of them. ' +
    'Sockets of another network namespace (a container) are not seen.',
  input,
  facts,
  defaultTimeout: 5000,
  examples: [
    { title: 'one service listens', input: { address: '127.0.0.1:9100' }, expect: 'facts.services == 1' },
    {
      title: 'few clients are connected',
      input: { address: '127.0.0.1:9100' },
      expect: 'facts.services == 1 && facts.connections < 800',
    },
    {
      title: 'nothing listens there yet',
      input: { host: '127.0.0.1', port: 9100 },
      expect: 'facts.told && facts.services == 0',
    },
  ],
  needs: () => ({ rights: ['see the processes of all users in /proc'] }),
  async observe(given, { signal }) {
    const { host, port } = placeOf(given)
    const addresses = await addressesOf(host, signal)
    if (!addresses.some((address) => machineOf(address) === 'this')) return blank
    let all: readonly Listener[]
    let connected: Awaited<ReturnType<typeof connectionsOf>>
    try {
      ;[all, connected] = await Promise.all([listenersOf('self', signal), connectionsOf('self', signal)])
    } catch (error) {
      if (error instanceof ListenersUnknownError) return { ...blank, here: true }
      throw error
    }
    const sockets = all.filter((listener) => listener.port === port && mayTake(listener, addresses))
    const owners = await socketOwners(new Set(sockets.map(({ inode }) => inode)), signal)
    const held = sockets.map((listener): HeldListener => ({ ...listener, owners: owners.get(listener.inode) ?? [] }))
    const taken = connected.filter((connection) => connection.port === port && mayTake(connection, addresses))
    return {
      here: true,
      told: true,
      services: distinctHolders(held),
      programs: [...new Set(held.flatMap((listener) => listener.owners.map(({ program }) => program)))].sort(),
      listeners: held.map(describe),
      connections: taken.length,
    }
  },
})
