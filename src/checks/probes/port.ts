import { isIPv6 } from 'node:net'
import { z } from 'zod'
import { blankOf, wholeNumber } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import { procRootInput } from '../../host/proc-tree.js'
import { portInput } from '../../net/host-port.js'
import {
  isLoopback,
  isWildcard,
  listenersOf,
  ListenersUnknownError,
  portProtocols,
  socketOwners,
} from '../../processes/sockets/listening-sockets.js'

/** Sockets that are looked at in detail; a port that more listen on is an error, since the rest would be unknown. */
const mostSockets = 1000

const input = z.strictObject({
  port: portInput().describe('the port'),
  protocol: z
    .enum(portProtocols)
    .default('tcp')
    .describe('a UDP socket listens when it is bound to the port and has no peer'),
  'proc-root': procRootInput(),
})

const facts = z.strictObject({
  known: z.boolean().describe('the system shows which ports of the protocol are listened on'),
  listening: z.boolean().describe('a socket listens on the port, at whatever address'),
  addresses: z
    .array(z.string())
    .describe('the addresses it listens at, without duplicates; 0.0.0.0 is every IPv4 address, :: every address'),
  loopbackOnly: z.boolean().describe('it listens, and only at addresses that no other machine reaches'),
  everyAddress: z.boolean().describe('it listens at 0.0.0.0 or ::; true if unknown'),
  ipv6: z.boolean().describe('it listens at an IPv6 address, :: included'),
  sockets: wholeNumber().describe('sockets that listen on the port'),
  ownersKnown: z.boolean().describe('it listens, and of each of its sockets the process that holds it is known'),
  pid: wholeNumber().describe('the lowest id of a process that holds such a socket; -1 if unknown'),
  program: z.string().describe("name of that process's program, at most 15 characters; empty if unknown"),
  programs: z.array(z.string()).describe('names of the programs of all such processes, without duplicates, in order'),
  pids: z.array(wholeNumber()).describe('ids of all such processes, in order'),
  uid: wholeNumber().describe('id of the user whom the first socket belongs to; -1 if unknown'),
  oneUser: z.boolean().describe('it listens, and all of its sockets belong to the same user'),
})

const blank = blankOf(facts, { everyAddress: true, pid: -1, uid: -1 })

export const probe = defineProbe({
  kind: 'port',
  title: 'a TCP or UDP port of this machine',
  description:
    'Reads from /proc whether a TCP or UDP port is listened on, at which addresses and by which processes. Opens no connection. Whose a socket of another user is, only root sees: `ownersKnown` is false then. Sockets of another network namespace (a container) are not seen. How many services share an address is said by `listeners`.',
  input,
  facts,
  defaultTimeout: 5000,
  examples: [
    {
      title: 'the bus listens, for this machine alone',
      input: { port: 9100 },
      expect: 'facts.loopbackOnly && facts.ownersKnown && facts.programs == ["busd"]',
    },
    {
      title: 'the members of the cluster find each other',
      input: { port: 7946, protocol: 'udp' },
      expect: 'facts.listening && !facts.loopbackOnly',
    },
    {
      title: 'the port is free',
      input: { port: 9100 },
      expect: 'facts.known && !facts.listening',
    },
  ],
  needs: (given) => ({ files: [given['proc-root']], rights: ['see the processes of all users in /proc'] }),
  async observe({ port, protocol, 'proc-root': root }, { signal }) {
    signal.throwIfAborted()
    const all = await listenersOf('self', signal, root, protocol).catch((error: unknown) => {
      if (error instanceof ListenersUnknownError) return undefined
      throw error
    })
    if (all === undefined) return blank
    const sockets = all.filter((listener) => listener.port === port)
    if (sockets.length > mostSockets)
      throw new Error(`more than ${mostSockets} sockets listen on ${protocol} port ${port}`)
    if (sockets.length === 0) return { ...blank, known: true, everyAddress: false }
    const owners = await socketOwners(new Set(sockets.map(({ inode }) => inode)), signal, undefined, root)
    const holders = [...owners.values()].flat().sort((one, other) => one.pid - other.pid)
    const addresses = [...new Set(sockets.map(({ address }) => address))].sort()
    return {
      known: true,
      listening: true,
      addresses,
      loopbackOnly: addresses.every(isLoopback),
      everyAddress: addresses.some(isWildcard),
      ipv6: addresses.some(isIPv6),
      sockets: sockets.length,
      ownersKnown: sockets.every(({ inode }) => owners.has(inode)),
      pid: holders[0]?.pid ?? -1,
      program: holders[0]?.program ?? '',
      programs: [...new Set(holders.map(({ program }) => program))].sort(),
      pids: [...new Set(holders.map(({ pid }) => pid))],
      uid: sockets[0]!.user,
      oneUser: new Set(sockets.map(({ user }) => user)).size === 1,
    }
  },
})
