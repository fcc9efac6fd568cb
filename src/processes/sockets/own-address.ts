import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

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
