import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Secret } from '../../kernel/secret.js'
import { parseHostPort } from '../../wire/host-port.js'

export interface NamedPlace {
  /** Empty for a port alone. */
  readonly host: string
  readonly port: number
}

/** @throws Refusal `bad-url`, which does not quote what was given */
export function placeNamed(place: number | Secret): NamedPlace {
  return typeof place === 'number' ? { host: '', port: place } : parseHostPort(place)
}

/** Whether a host is this machine; names other than localhost are not looked up. */
export function machineOf(host: string): 'this' | 'other' | 'unknown' {
  if (host === '' || host === 'localhost') return 'this'
  if (isIP(host) === 0) return 'unknown'
  if (host === '0.0.0.0' || host === '::' || host.startsWith('127.')) return 'this'
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return own.some(({ address }) => address === host) || host === '::1' ? 'this' : 'other'
}
