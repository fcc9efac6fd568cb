import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { messageOf } from '../../kernel/errors.js'
import type { Secret } from '../../kernel/secret.js'
import { parseHostPort } from '../../wire/host-port.js'

export interface NamedPlace {
  /** Empty for a port alone. */
  readonly host: string
  /** 0 when what was given names none. */
  readonly port: number
  /** Why it names none, without quoting it; else empty. */
  readonly problem: string
}

/** What cannot be read is told of at its name: the others have ports all the same. */
export function placeNamed(place: number | Secret): NamedPlace {
  if (typeof place === 'number') return { host: '', port: place, problem: '' }
  try {
    return { ...parseHostPort(place), problem: '' }
  } catch (error) {
    return { host: '', port: 0, problem: messageOf(error) }
  }
}

/** Whether a host is this machine; names other than localhost are not looked up. */
export function machineOf(host: string): 'this' | 'other' | 'unknown' {
  if (host === '' || host === 'localhost') return 'this'
  if (isIP(host) === 0) return 'unknown'
  if (host === '0.0.0.0' || host === '::' || host.startsWith('127.')) return 'this'
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return own.some(({ address }) => address === host) || host === '::1' ? 'this' : 'other'
}
