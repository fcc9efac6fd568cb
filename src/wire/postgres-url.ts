import type { Secret } from '../kernel/secret.js'
import type { Endpoint } from './dial.js'
import { parseDsn } from './dsn.js'
import { misconfigured } from './refusal.js'

/** What asyncpg makes of `sslmode`; its default over TCP is `prefer`. `require` encrypts and verifies nothing. */
export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof sslModes)[number]

/** What a connection URL means to asyncpg, without what it would take from its surroundings (`PG*`, `~/.pgpass`). */
export interface PostgresTarget {
  readonly endpoint: Endpoint
  readonly user: string
  readonly password: Secret | undefined
  readonly database: string
  readonly sslMode: SslMode
  readonly trustFile: string | undefined
  /** What remains of the query: run-time settings for the session. */
  readonly settings: Readonly<Record<string, string>>
}

/** Query parameters that asyncpg keeps to itself. */
const reserved = new Set([
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'database',
  'passfile',
  'sslmode',
  'sslcert',
  'sslkey',
  'sslrootcert',
  'sslcrl',
  'sslpassword',
  'sslnegotiation',
  'ssl_min_protocol_version',
  'ssl_max_protocol_version',
  'target_session_attrs',
  'krbsrvname',
  'gsslib',
])

function endpointOf(host: string, port: number): Endpoint {
  if (host.includes(',')) throw misconfigured('bad-url', 'it names several hosts; name the one to be probed')
  if (!host.startsWith('/')) return { host, port }
  return { path: host.includes('.s.PGSQL.') ? host : `${host.replace(/\/$/, '')}/.s.PGSQL.${port}` }
}

function sslModeOf(text: string | undefined, endpoint: Endpoint): SslMode {
  // A unix socket is never encrypted.
  if ('path' in endpoint) return 'disable'
  if (text === undefined) return 'prefer'
  const mode = sslModes.find((known) => known === text)
  if (mode === undefined) throw misconfigured('bad-url', `its sslmode is not one of ${sslModes.join(', ')}`)
  return mode
}

function portOf(text: string | undefined, port: number): number {
  if (text === undefined) return port === 0 ? 5432 : port
  const named = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (named < 1 || named > 65_535) throw misconfigured('bad-url', 'its port is not one')
  return named
}

/**
 * Reads a connection URL as asyncpg does. A URL must name its user: what a driver would take instead is the name of
 * the account it runs under, which is not the one we run under.
 *
 * @throws Refusal `bad-url`
 */
export function parsePostgresUrl(url: Secret): PostgresTarget {
  const dsn = parseDsn(url, ['postgres', 'postgresql'])
  const { query } = dsn
  const host = dsn.host === '' ? (query.get('host') ?? 'localhost') : dsn.host
  const endpoint = endpointOf(host, portOf(dsn.port === 0 ? query.get('port') : undefined, dsn.port))
  const user = dsn.user === '' ? (query.get('user') ?? '') : dsn.user
  if (user === '') throw misconfigured('bad-url', 'it names no user')
  const named = dsn.path.replace(/^\//, '')
  const database = named === '' ? (query.get('dbname') ?? query.get('database') ?? user) : named
  if (dsn.password === undefined && query.has('password')) throw misconfigured('bad-url', 'its password stands in the query; put it before the host')
  return {
    endpoint,
    user,
    password: dsn.password,
    database,
    sslMode: sslModeOf(query.get('sslmode'), endpoint),
    trustFile: query.get('sslrootcert'),
    settings: Object.fromEntries([...query].filter(([name]) => !reserved.has(name))),
  }
}
