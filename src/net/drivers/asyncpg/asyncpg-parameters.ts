import { Secret } from '../../../redaction/secret-value.js'
import { parseQsl, unquote, type PythonUrl } from '../python-url.js'
import { pythonInt, pythonStrip } from '../../../base/language/python-number.js'
import type { DriverContext, Endpoint, Connection, NamedFile } from '../driver.js'

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
  /** As it is in the URL, not decoded; empty when it names none. */
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
export function readUrlParameters({ netloc, path, query }: PythonUrl): Parameters | { readonly refusal: string } {
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

interface Hosts {
  readonly hosts: readonly string[]
  readonly ports: readonly number[]
}

type Refused = { readonly refusal: string }

/** Where asyncpg looks when nothing names a host. */
const usualHosts = ['/run/postgresql', '/var/run/postgresql', '/tmp', '/private/tmp', 'localhost']

/** The hosts of the URL, of its query or of `PGHOST`, each with its port, in the order in which they are tried. */
export function readHosts(
  parameters: Parameters,
  context: DriverContext,
): { readonly endpoints: readonly Endpoint[] } | Refused {
  const found = findHosts(parameters, context)
  if ('refusal' in found) return found
  const { hosts, ports } = found
  if (hosts.some((host) => host.includes('@')))
    return {
      refusal:
        'asyncpg ends the user-info at the first @, so the host would contain the rest of the password: percent-encode @ as %40',
    }
  if (hosts.some((host) => host === '')) return { refusal: 'has an empty host' }
  if (hosts.some((host) => host.includes('\0'))) return { refusal: 'has a NUL in its host' }
  const isTooBig = ports.some((port, index) => !hosts[index]!.startsWith('/') && (port < 0 || port > 65_535))
  if (isTooBig) return { refusal: 'port must be 0-65535' }
  return { endpoints: hosts.map((host, index) => endpointOf(host, ports[index]!)) }
}

function findHosts({ hosts, taken }: Parameters, context: DriverContext): Hosts | Refused {
  if (hosts !== '') return readList(hosts, undefined, true, context)
  const given = taken.get('port')
  const ports = given === undefined ? undefined : readPorts(given)
  if (ports !== undefined && 'refusal' in ports) return ports
  const list = taken.get('host') ?? (context.variable('PGHOST') || undefined)
  if (list !== undefined) return readList(list, ports?.ports, false, context)
  const usual = ports ?? usualPorts(context)
  return 'refusal' in usual ? usual : spread(usualHosts, usual.ports)
}

/**
 * @param ports those that are given apart, before which a port beside a host counts for nothing
 * @param isEncoded whether hosts and ports are percent-decoded
 */
function readList(
  list: string,
  ports: readonly number[] | undefined,
  isEncoded: boolean,
  context: DriverContext,
): Hosts | Refused {
  const specifications = list.split(',')
  const apart = ports === undefined ? usualPorts(context) : { ports }
  if ('refusal' in apart) return apart
  const defaults = spread(specifications, apart.ports)
  if ('refusal' in defaults) return defaults
  const found: { host: string; port: number }[] = []
  for (const [index, specification] of specifications.entries()) {
    const parts = partsOf(specification)
    if ('refusal' in parts) return parts
    const digits = isEncoded ? unquote(parts.port) : parts.port
    const own = ports !== undefined || digits === '' ? { ports: [defaults.ports[index]!] } : readPorts(digits, false)
    if ('refusal' in own) return own
    found.push({ host: isEncoded ? unquote(parts.host) : parts.host, port: own.ports[0]! })
  }
  return { hosts: found.map(({ host }) => host), ports: found.map(({ port }) => port) }
}

function partsOf(specification: string): { readonly host: string; readonly port: string } | Refused {
  if (specification === '') return { refusal: 'has an empty host' }
  if (specification.startsWith('/')) return { host: specification, port: '' }
  if (!specification.startsWith('[')) {
    const colon = specification.indexOf(':')
    return colon === -1
      ? { host: specification, port: '' }
      : { host: specification.slice(0, colon), port: specification.slice(colon + 1) }
  }
  const [, host, port = ''] = /^\[([^\]]+)\](?::([0-9]+))?/.exec(specification) ?? []
  return host === undefined ? { refusal: 'invalid IPv6 address in the connection URI' } : { host, port }
}

function usualPorts(context: DriverContext): { readonly ports: readonly number[] } | Refused {
  return readPorts(context.variable('PGPORT') || '5432')
}

function readPorts(text: string, isList = true): { readonly ports: readonly number[] } | Refused {
  const ports = (isList ? text.split(',') : [text]).map((port) => pythonInt(port)?.int)
  return ports.every((port) => port !== undefined) ? { ports } : { refusal: 'a port is not an integer for Python' }
}

/** One port is every host's; several must be as many as the hosts. */
function spread(hosts: readonly string[], ports: readonly number[]): Hosts | Refused {
  if (ports.length > 1 && ports.length !== hosts.length)
    return { refusal: `could not match ${ports.length} port numbers to ${hosts.length} hosts` }
  return { hosts, ports: hosts.map((_host, index) => ports[index] ?? ports[0]!) }
}

function endpointOf(host: string, port: number): Endpoint {
  if (!host.startsWith('/')) return { host, port }
  return { path: host.includes('.s.PGSQL.') ? host : `${host.endsWith('/') ? host : `${host}/`}.s.PGSQL.${port}` }
}

/** The file that asyncpg looks for a password in when neither the URL nor the environment has one. */
export function passwordFiles(
  given: string | undefined,
  { home, variable }: DriverContext,
): { readonly files: readonly NamedFile[]; readonly filesOfUnknownHome: readonly string[] } {
  const named = given ?? variable('PGPASSFILE')
  if (named === undefined && home === undefined) return { files: [], filesOfUnknownHome: ['~/.pgpass'] }
  const path = named ?? `${home}/.pgpass`
  return { files: path === '' ? [] : [{ path, purpose: 'password file', isOptional: true }], filesOfUnknownHome: [] }
}

/**
 * The password of the first line that fits a host, tried in order. A backslash protects a colon, and asyncpg leaves it
 * in the text.
 *
 * @param text lines of `host:port:database:user:password`, each of the first four or `*`
 */
export function passwordIn(
  text: string,
  { endpoints, database, user }: Connection,
): { readonly password: Secret | undefined } | { readonly refusal: string } {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map(pythonStrip)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(fieldsOf)
  for (const endpoint of endpoints) {
    const host = 'path' in endpoint ? 'localhost' : endpoint.host
    const port = 'path' in endpoint ? endpoint.path.replace(/^.*\.s\.PGSQL\./s, '') : String(endpoint.port)
    for (const fields of lines) {
      if (fields.length < 5) return { refusal: 'a line of the password file has fewer than five fields' }
      const fits = [host, port, database, user].every(
        (wanted, index) => fields[index] === '*' || fields[index] === wanted,
      )
      if (fits) return { password: new Secret(fields[4]!) }
    }
  }
  return { password: undefined }
}

function fieldsOf(line: string): readonly string[] {
  const pieces = line.replaceAll('\\\\', '\n').split(/(?<!\\):/)
  const fields = pieces.length > 5 ? [...pieces.slice(0, 4), pieces.slice(4).join(':')] : pieces
  return fields.map((field) => field.replaceAll('\n', '\\\\'))
}
