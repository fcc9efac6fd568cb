import { pythonInt } from '../../base/language/python-number.js'
import { Secret } from '../../redaction/secret-value.js'
import type { Connection, Driver, DriverReading, Endpoint, NamedFile, TlsSettings } from './driver.js'
import { hostInfo, parseQsl, unquote, urlsplit, userInfo, type PythonUrl } from './python-url.js'
import { argumentRefusal, isFalseWord } from './redis-py/arguments.js'
import { createSecureContext } from 'node:tls'

const schemes = ['redis', 'rediss', 'unix'] as const

type Scheme = (typeof schemes)[number]

/** What is not a host by any resolver, so that it cannot be meant: the URL was taken apart in the wrong place. */
const notInHosts = /[\s@/?#,\\"<>]/u

/** Servers count their databases in 32 bits. */
const mostDatabases = 2 ** 31 - 1

/**
 * redis-py 8 (`redis.asyncio`): `parse_url`, and the keyword arguments of its connection classes, which every query
 * parameter becomes. Measured with 8.1.0; see the recorded vectors.
 */
export const driver: Driver = {
  name: 'redis-py',
  protocol: 'redis',
  schemes,
  variables: [],
  read(url): DriverReading {
    const parsed = urlsplit(url.reveal())
    if ('refusal' in parsed) return parsed
    const scheme = schemes.find((known) => known === parsed.scheme)
    if (scheme === undefined)
      return { refusal: 'Redis URL must specify one of the following schemes (redis://, rediss://, unix://)' }
    if (isTakenApartWrongly(parsed, url.reveal()))
      return { refusal: 'has an @ after its host: percent-encode /, ?, # and @ in a password' }
    return readParsed(parsed, scheme)
  },
}

function readParsed(parsed: PythonUrl, scheme: Scheme): DriverReading {
  const given = firstOfEach(parsed.query)
  for (const [name, value] of given) {
    const refusal = argumentRefusal(scheme, name, value)
    if (refusal !== undefined) return { refusal }
  }
  const endpoint = scheme === 'unix' ? socketOf(parsed, given) : addressOf(parsed, given)
  if ('refusal' in endpoint) return endpoint
  const database = databaseOf(parsed, scheme, given)
  if (database.startsWith('-'))
    return { refusal: `database ${database} is negative: the server answers "DB index is out of range"` }
  if (Number(database) > mostDatabases)
    return { refusal: 'the number of its database is above 2147483647: the server answers "DB index is out of range"' }
  const tls = scheme === 'rediss' ? readTls(given) : undefined
  if (tls !== undefined && 'refusal' in tls) return tls
  const { username, password } = userInfo(parsed)
  const connection: Connection = {
    endpoints: [endpoint],
    user: (username === undefined ? '' : unquote(username)) || (given.get('username') ?? ''),
    password: secretOf((password === undefined ? '' : unquote(password)) || (given.get('password') ?? '')),
    database,
    tls: tls?.settings,
    files: tls === undefined ? [] : filesOf(tls.settings),
    filesOfUnknownHome: [],
    settings: settingsOf(given),
  }
  return { connection }
}

/** A parameter that is given twice counts once, by its first value. */
function firstOfEach(query: string): ReadonlyMap<string, string> {
  return new Map([...parseQsl(query, false)].reverse())
}

/**
 * A password with a raw `/`, `?` or `#` ends the host early, and what follows it is a path, a parameter without a value
 * or nothing.
 */
function isTakenApartWrongly({ path, query }: PythonUrl, text: string): boolean {
  const hash = text.indexOf('#')
  const fragment = hash === -1 ? '' : text.slice(hash)
  return (
    path.includes('@') ||
    fragment.includes('@') ||
    query.split('&').some((piece) => piece.includes('@') && !piece.includes('='))
  )
}

function addressOf(parsed: PythonUrl, given: ReadonlyMap<string, string>): Endpoint | { readonly refusal: string } {
  const named = hostInfo(parsed)
  if ('refusal' in named) return named
  const host = unquote(named.hostname) || (given.get('host') ?? 'localhost')
  if (host === '' || notInHosts.test(host))
    return {
      refusal:
        'has a host with characters that are not allowed in a host: percent-encode the user name and the password',
    }
  // Port 0 is taken for none.
  const port = named.port || Number(pythonInt(given.get('port') ?? '6379')?.text)
  return port >= 0 && port <= 65_535 ? { host, port } : { refusal: 'port must be 0-65535' }
}

function socketOf(parsed: PythonUrl, given: ReadonlyMap<string, string>): Endpoint | { readonly refusal: string } {
  const path = unquote(parsed.path) || (given.get('path') ?? '')
  if (path.includes('\0')) return { refusal: 'has a NUL in the path of its socket' }
  return path === '' ? { refusal: 'has no socket path: write unix:///path/to/socket' } : { path }
}

/** The query's `db` comes before the path, and a path that `int()` cannot read counts for nothing. */
function databaseOf({ path }: PythonUrl, scheme: Scheme, given: ReadonlyMap<string, string>): string {
  const named = given.get('db')
  if (named !== undefined) return pythonInt(named)?.text ?? '0'
  return scheme === 'unix' ? '0' : (pythonInt(unquote(path).replaceAll('/', ''))?.text ?? '0')
}

function filesOf({ certificateFile, keyFile, trustFile }: NonNullable<Connection['tls']>): readonly NamedFile[] {
  const named = [
    [certificateFile, 'client certificate'],
    [keyFile, 'client key'],
    [trustFile, 'trusted certificates'],
  ] as const
  return named.flatMap(([path, purpose]) => (path === undefined ? [] : [{ path, purpose, isOptional: false }]))
}

function settingsOf(given: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const protocol = pythonInt(given.get('protocol') ?? '3')?.text ?? '3'
  const name = given.get('client_name')
  return { protocol, ...(name === undefined ? {} : { client_name: name }) }
}

function secretOf(text: string): Secret | undefined {
  return text === '' ? undefined : new Secret(text)
}

/** `ssl.TLSVersion`, as Node names them; -1 is the greatest that the library has. */
const versions: Readonly<Record<string, string | undefined>> = {
  '769': 'TLSv1',
  '770': 'TLSv1.1',
  '771': 'TLSv1.2',
  '772': 'TLSv1.3',
  '-1': 'TLSv1.3',
}

/** SSL 3 and the least that the library has: below all that is spoken. */
const anyVersion = new Set(['768', '-2'])

/** `RedisSSLContext` of a rediss URL whose parameters were found to be known. */
function readTls(
  given: ReadonlyMap<string, string>,
): { readonly settings: TlsSettings } | { readonly refusal: string } {
  const certificateFile = given.get('ssl_certfile')
  const keyFile = given.get('ssl_keyfile')
  if (certificateFile === undefined && keyFile !== undefined)
    return { refusal: 'ssl_keyfile without ssl_certfile: redis-py raises TypeError' }
  const named = given.get('ssl_min_version')
  const minimum = named === undefined ? undefined : pythonInt(named)?.text
  if (minimum !== undefined && !anyVersion.has(minimum) && versions[minimum] === undefined) {
    return { refusal: 'ssl_min_version must be a number of ssl.TLSVersion: 771 for TLS 1.2, 772 for TLS 1.3' }
  }
  const ciphers = given.get('ssl_ciphers')
  if (ciphers !== undefined && !isCipherList(ciphers)) return { refusal: 'ssl_ciphers selects no cipher' }
  const password = given.get('ssl_password')
  const reqs = given.get('ssl_cert_reqs') ?? 'required'
  const checksName = !isFalseWord(given.get('ssl_check_hostname') ?? 'true')
  const settings: TlsSettings = {
    demand: 'require',
    // To a client `optional` is the same as `required`.
    verify: reqs === 'none' ? 'none' : checksName ? 'full' : 'chain',
    trustFile: given.get('ssl_ca_certs'),
    certificateFile,
    keyFile,
    keyPassword: password === undefined ? undefined : new Secret(password),
    revocationFile: undefined,
    minimumVersion: minimum === undefined ? undefined : versions[minimum],
    maximumVersion: undefined,
    isDirect: false,
    ...(ciphers === undefined ? {} : { ciphers }),
  }
  return { settings }
}

function isCipherList(text: string): boolean {
  try {
    createSecureContext({ ciphers: text })
    return true
  } catch {
    // OpenSSL's own judgement: nothing in the list is a cipher it has.
    return false
  }
}
