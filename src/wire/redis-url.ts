import type { Secret } from '../kernel/secret.js'
import type { Endpoint } from './dial.js'
import { parseDsn } from './dsn.js'
import { misconfigured } from './refusal.js'
import type { Verification } from './tls.js'

/** The schemes of redis-py, the driver of the services probed; `valkey` is not among them. */
const schemes = ['redis', 'rediss', 'unix'] as const

/** What a connection URL means to redis-py. */
export interface RedisTarget {
  readonly endpoint: Endpoint
  readonly database: number
  readonly user: string
  readonly password: Secret | undefined
  /** `undefined` for a plain connection. */
  readonly tls: { readonly verify: Verification; readonly trustFile: string | undefined } | undefined
}

/** The query's `db` comes before the path; a path that is no number is ignored, a query that is none is refused. */
function databaseOf(path: string, query: ReadonlyMap<string, string>): number {
  const named = query.get('db')
  if (named !== undefined && !/^\s*\+?\d+\s*$/.test(named)) throw misconfigured('bad-url', 'its db is not a number')
  const fromPath = path.replaceAll('/', '')
  return Number(named ?? (/^\d+$/.test(fromPath) ? fromPath : 0))
}

/** redis-py verifies unless `ssl_cert_reqs=none`; its newer versions check the name as well unless told not to. */
function verificationOf(query: ReadonlyMap<string, string>): Verification {
  if (query.get('ssl_cert_reqs')?.toLowerCase() === 'none') return 'none'
  const checksName = query.get('ssl_check_hostname')?.toLowerCase()
  return checksName !== undefined && ['0', 'f', 'false', 'n', 'no'].includes(checksName) ? 'chain' : 'full'
}

/**
 * Reads a connection URL as redis-py does.
 *
 * @throws Refusal `bad-url`
 */
export function parseRedisUrl(url: Secret): RedisTarget {
  const dsn = parseDsn(url, schemes)
  const credentials = { user: dsn.user, password: dsn.password }
  if (dsn.scheme === 'unix') {
    if (dsn.path === '') throw misconfigured('bad-url', 'it names no socket')
    return { endpoint: { path: dsn.path }, database: databaseOf('', dsn.query), ...credentials, tls: undefined }
  }
  return {
    endpoint: { host: dsn.host === '' ? 'localhost' : dsn.host, port: dsn.port === 0 ? 6379 : dsn.port },
    database: databaseOf(dsn.path, dsn.query),
    ...credentials,
    tls: dsn.scheme === 'rediss' ? { verify: verificationOf(dsn.query), trustFile: dsn.query.get('ssl_ca_certs') } : undefined,
  }
}
