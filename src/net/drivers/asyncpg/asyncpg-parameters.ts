import { Secret } from '../../../redaction/secret-value.js'
import { parseQsl, unquote, type PythonUrl } from '../python-url.js'

/** Query parameters that asyncpg keeps to itself; every other one is a setting of the server. */
const own = new Set([
  'service',
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

/** What the URL itself says; `undefined` is left to the environment. */
export interface Parameters {
  /** As it stands in the URL, not decoded; empty when it names none. */
  readonly hosts: string
  readonly user: string | undefined
  readonly password: Secret | undefined
  readonly database: string | undefined
  /** Those of the query that are asyncpg's own. */
  readonly taken: ReadonlyMap<string, string>
  readonly settings: Readonly<Record<string, string>>
}

/**
 * Takes a URL apart as asyncpg does: its user-info ends at the first `@`, and a parameter that is given twice counts by
 * its last value.
 */
export function readParameters({ netloc, path, query }: PythonUrl): Parameters | { readonly refusal: string } {
  const pairs = parseQsl(query, true)
  if (pairs === undefined) return { refusal: 'bad query field: a parameter of the query has no =' }
  const given = new Map(pairs)
  const taken = new Map([...given].filter(([name]) => own.has(name)))
  const at = netloc.indexOf('@')
  const authority = netloc.slice(0, Math.max(at, 0))
  const colon = authority.indexOf(':')
  const user = colon === -1 ? authority : authority.slice(0, colon)
  const raw = colon === -1 ? '' : authority.slice(colon + 1)
  const password = raw === '' ? taken.get('password') : unquote(raw)
  return {
    hosts: netloc.slice(at + 1),
    user: user === '' ? taken.get('user') : unquote(user),
    password: password === undefined ? undefined : new Secret(password),
    database: path === '' ? (taken.get('dbname') ?? taken.get('database')) : unquote(path.replace(/^\//, '')),
    taken,
    settings: Object.fromEntries([...given].filter(([name]) => !own.has(name))),
  }
}
