import { z } from 'zod'
import { credential } from '../../net/credential.js'
import { defineCollector } from '../../engine/collector.js'
import { portInput, parseHostPort } from '../../net/host-port.js'
import {
  listenersOf,
  type Listener,
  machineOf,
  programOf,
  socketOwners,
  type SocketOwner,
} from '../../processes/sockets/listening-sockets.js'
import { messageOf } from '../../base/errors.js'
import type { Secret } from '../../redaction/secret-value.js'

const input = z.strictObject({
  ports: z
    .record(z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), z.union([portInput(), credential()]))
    .default({})
    .describe('the ports of the deployment, by name: a number, or the address or URL that has it'),
  pids: z.array(z.int().min(1)).max(100).default([]).describe('processes whose listening ports are also shown'),
})

/** Who listens, of what the deployment names, on TCP ports of this machine. From /proc: nothing is contacted. */
export const collector = defineCollector({
  kind: 'ports',
  title: 'the listeners on the ports of the deployment',
  input,
  async collect({ ports, pids }, { signal }) {
    const listeners = await listenersOf('self', signal)
    const named = Object.entries(ports).map(([name, place]) => [name, placeNamed(place)] as const)
    const concerned = listeners.filter(({ port }) => named.some(([, place]) => place.port === port))
    const owners = await socketOwners(new Set(concerned.map(({ inode }) => inode)), signal)
    const shown = named.map(([name, { host, port, problem }]): [string, unknown] => {
      if (problem !== '') return [name, { problem }]
      const by = concerned.filter((listener) => listener.port === port)
      return [
        name,
        {
          host,
          port,
          machine: machineOf(host),
          listening: by.length > 0,
          by: by.map((listener) => described(listener, owners)),
        },
      ]
    })
    const processes = await Promise.all(pids.map(async (pid) => [String(pid), await processOf(pid, signal)] as const))
    return { form: 'json', value: { ports: Object.fromEntries(shown), processes: Object.fromEntries(processes) } }
  },
})

/** Without a process it belongs to somebody whose processes may not be looked into, or to another container. */
function described({ address, user, inode }: Listener, owners: ReadonlyMap<string, readonly SocketOwner[]>): unknown {
  return { address, user, processes: owners.get(inode) ?? [] }
}

async function processOf(pid: number, signal: AbortSignal): Promise<unknown> {
  const program = await programOf(pid)
  if (program === '') return { running: false, program, listening: [] }
  // Its own view of the network: a container's is not ours.
  const listeners = await listenersOf(String(pid), signal).catch(() => [])
  const owners = await socketOwners(new Set(listeners.map(({ inode }) => inode)), signal, [pid])
  return {
    running: true,
    program,
    listening: listeners.filter(({ inode }) => owners.has(inode)).map(({ address, port }) => ({ address, port })),
  }
}

interface NamedPlace {
  /** Empty for a port alone. */
  readonly host: string
  /** 0 when what was given names none. */
  readonly port: number
  /** Why it names none, without quoting it; else empty. */
  readonly problem: string
}

/** What cannot be read is reported under its name: the others still have ports. */
function placeNamed(place: number | Secret): NamedPlace {
  if (typeof place === 'number') return { host: '', port: place, problem: '' }
  try {
    return { ...parseHostPort(place), problem: '' }
  } catch (error) {
    return { host: '', port: 0, problem: messageOf(error) }
  }
}
