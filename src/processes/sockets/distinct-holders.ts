import { isIPv6 } from 'node:net'
import type { Listener } from './listening-sockets.js'
import type { SocketOwner } from './socket-owners.js'

/** Listening sockets, and the processes that hold each; none where those may not be looked into. */
export interface HeldListener extends Listener {
  readonly owners: readonly SocketOwner[]
}

/**
 * How many services hold these sockets of one port. A process and all with which it shares a socket (its workers) are
 * one. Of sockets
 * whose holders are hidden those of one user are taken for one service, as far as they can be: one for IPv4 and one for
 * IPv6. A second
 * socket that takes the same connections is a second service, since a service needs no more than one.
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
