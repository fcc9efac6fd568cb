import { pythonInt } from '../../base/language/python-number.js'
import { Secret } from '../../redaction/secret-value.js'
import type { Driver, DriverContext, DriverReading, NamedFile, TlsSettings } from './driver.js'
import { parseQsl, unquote } from './python-url.js'

/** `_parse_url` of SQLAlchemy 2.0: a user name ends at the first colon, a password at the first @; a database stays as it is. */
const shape =
  /^([\w+]+):\/\/(?:([^:/]*)(?::([^@]*))?@)?(?:(?:\[([^/?]+)\]|([^/:?]+))?(?::([^/?]*))?)?(?:\/([^?]*))?(?:\?([\s\S]*))?$/u

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/**
 * SQLAlchemy 2.0 with psycopg2: the URL as `make_url` and `create_connect_args` read it, the rest as libpq does. A URL
 * without a host, which libpq takes for a socket, and query parameters other than those of TLS are refused here.
 */
export const driver: Driver = {
  name: 'sqlalchemy-psycopg2',
  protocol: 'postgres',
  schemes: ['postgresql', 'postgresql+psycopg2'],
  variables: ['PGUSER', 'PGPASSWORD', 'PGDATABASE', 'PGPORT', 'PGSSLMODE', 'PGSSLROOTCERT'],
  read(url, context): DriverReading {
    const match = shape.exec(url.reveal())
    if (match === null) return { refusal: 'Could not parse SQLAlchemy URL' }
    const [, scheme = '', user, password, bracketed, plain, portText, path, query = ''] = match
    if (!this.schemes.includes(scheme))
      return {
        refusal: `its scheme must be postgresql or postgresql+psycopg2${scheme === 'postgres' ? ': SQLAlchemy 2 knows no postgres' : ''}`,
      }
    const host = bracketed ?? plain ?? ''
    if (host === '')
      return { refusal: 'it has no host, and libpq would look for a socket: write the host into the URL' }
    if (/[@/#\s]/.test(host))
      return { refusal: 'has an @, /, # or blank in its host: percent-encode @ in a password as %40' }
    if (host.includes(',')) return { refusal: 'names several hosts: only one is supported' }
    const port = portOf(portText ?? (context.variable('PGPORT') || '5432'))
    if (port === undefined) return { refusal: 'its port is not a number from 1 to 65535' }
    const tls = readTlsParameters(new Map(parseQsl(query, false)), context)
    if ('refusal' in tls) return tls
    const name = user === undefined ? (context.variable('PGUSER') ?? '') : unquote(user)
    if (name === '')
      return { refusal: 'it has no user, and libpq would use the name of the account: write the user into the URL' }
    const secret = password === undefined || password === '' ? context.variable('PGPASSWORD') : unquote(password)
    const database = path === undefined || path === '' ? context.variable('PGDATABASE') || name : path
    if ([name, secret ?? '', database].some((text) => text.includes('\0')))
      return { refusal: 'contains a NUL character, which ends a string in the PostgreSQL protocol' }
    return {
      connection: {
        endpoints: [{ host, port }],
        user: name,
        password: secret === undefined || secret === '' ? undefined : new Secret(secret),
        database,
        tls: tls.settings,
        files: tls.files,
        filesOfUnknownHome: secret === undefined || secret === '' ? ['~/.pgpass'] : [],
        settings: {},
      },
    }
  },
}

function portOf(text: string): number | undefined {
  const port = pythonInt(text)?.int
  return port !== undefined && port >= 1 && port <= 65_535 ? port : undefined
}

type TlsParameters =
  { readonly settings: TlsSettings | undefined; readonly files: readonly NamedFile[] } | { readonly refusal: string }

function readTlsParameters(taken: ReadonlyMap<string, string>, context: DriverContext): TlsParameters {
  const unknown = [...taken.keys()].filter((name) => name !== 'sslmode' && name !== 'sslrootcert')
  if (unknown.length > 0)
    return { refusal: 'has query parameters other than sslmode and sslrootcert, which are not supported' }
  const given = taken.get('sslmode') ?? (context.variable('PGSSLMODE') || 'prefer')
  const mode = modes.find((each) => each === given)
  if (mode === undefined) return { refusal: `sslmode must be one of: ${modes.join(', ')}` }
  const root = taken.get('sslrootcert') ?? (context.variable('PGSSLROOTCERT') || undefined)
  if (mode === 'disable') return { settings: undefined, files: [] }
  const isVerifying = mode === 'verify-ca' || mode === 'verify-full'
  if (isVerifying && root === undefined)
    return { refusal: `sslmode=${mode} needs sslrootcert: name the file of the certificates that are trusted` }
  const verifies = root !== undefined && (isVerifying || mode === 'require')
  const files: readonly NamedFile[] = verifies
    ? [{ path: root, purpose: 'trusted certificates', isOptional: false }]
    : []
  return {
    settings: {
      demand: mode === 'allow' || mode === 'prefer' ? mode : 'require',
      verify: !verifies ? 'none' : mode === 'verify-full' ? 'full' : 'chain',
      trustFile: verifies ? root : undefined,
      certificateFile: undefined,
      keyFile: undefined,
      keyPassword: undefined,
      revocationFile: undefined,
      minimumVersion: 'TLSv1.2',
      maximumVersion: undefined,
      isDirect: false,
    },
    files,
  }
}
