import { Secret } from '../kernel/secret.js'
import { parseDsn } from './dsn.js'
import { misconfigured } from './refusal.js'

/** The schemes of async-nats, the driver of the services probed; an address may also come without one. */
const schemes = ['nats', 'tls', 'ws', 'wss'] as const
type NatsScheme = (typeof schemes)[number]

const defaultPorts: Readonly<Record<NatsScheme, number>> = { nats: 4222, tls: 4222, ws: 80, wss: 443 }

/** What a server URL means to a NATS client. */
export interface NatsTarget {
  readonly scheme: NatsScheme
  readonly host: string
  readonly port: number
  /** A user without a password is a token. */
  readonly user: string
  readonly password: Secret | undefined
  readonly token: Secret | undefined
}

/**
 * Reads a NATS server URL.
 *
 * @throws Refusal `bad-url`
 */
export function parseNatsUrl(url: Secret): NatsTarget {
  const raw = url.reveal()
  if (raw.includes(',')) throw misconfigured('bad-url', 'it names several servers; name the one to be probed')
  const dsn = parseDsn(raw.includes('://') || raw === '' ? url : new Secret(`nats://${raw}`), schemes)
  if (dsn.host === '') throw misconfigured('bad-url', 'it names no host')
  const scheme = schemes.find((known) => known === dsn.scheme) ?? 'nats'
  const isToken = dsn.user !== '' && dsn.password === undefined
  return {
    scheme,
    host: dsn.host,
    port: dsn.port === 0 ? defaultPorts[scheme] : dsn.port,
    user: isToken ? '' : dsn.user,
    password: dsn.password,
    token: isToken ? new Secret(dsn.user) : undefined,
  }
}
