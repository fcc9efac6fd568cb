import { Secret } from '../../../redaction/secret-value.js'
import type { DriverContext, Endpoint, NamedFile, TlsSettings } from '../driver.js'

/**
 * Each with what it verifies. `require` verifies the chain where certificates to trust are named or lie in the home.
 */
const modes = {
  disable: 'none',
  allow: 'none',
  prefer: 'none',
  require: 'chain',
  'verify-ca': 'chain',
  'verify-full': 'full',
} as const
type Mode = keyof typeof modes

type Refused = { readonly refusal: string }
type TlsReading =
  | {
      readonly settings: TlsSettings | undefined
      readonly files: readonly NamedFile[]
      readonly filesOfUnknownHome: readonly string[]
    }
  | Refused

/** asyncpg's names of Python's TLS versions, as Node names them; the lowest that there is, and the highest. */
const versions: Readonly<Record<string, string>> = {
  TLSv1: 'TLSv1',
  TLSv1_1: 'TLSv1.1',
  TLSv1_2: 'TLSv1.2',
  TLSv1_3: 'TLSv1.3',
  MINIMUM_SUPPORTED: 'TLSv1',
  MAXIMUM_SUPPORTED: 'TLSv1.3',
}

/**
 * What `sslmode` and its companions come to. A socket is never encrypted, but what they name is opened for it as well.
 */
export function readTls(
  taken: ReadonlyMap<string, string>,
  endpoints: readonly Endpoint[],
  context: DriverContext,
): TlsReading {
  const given = (name: string, variable: string): string | undefined => taken.get(name) ?? context.variable(variable)
  const usual = endpoints.some((endpoint) => 'host' in endpoint) ? 'prefer' : 'disable'
  const mode = modeOf(given('sslmode', 'PGSSLMODE') ?? usual)
  const negotiation = given('sslnegotiation', 'PGSSLNEGOTIATION') ?? 'postgres'
  if (negotiation !== 'postgres' && negotiation !== 'direct')
    return { refusal: '`sslnegotiation` parameter must be one of: postgres, direct' }
  if (mode === undefined) return { refusal: `\`sslmode\` parameter must be one of: ${Object.keys(modes).join(', ')}` }
  const verifies = modes[mode]
  if (negotiation === 'direct' && verifies === 'none')
    return { refusal: 'direct TLS requires sslmode=require, verify-ca, or verify-full' }
  if (mode === 'disable') return { settings: undefined, files: [], filesOfUnknownHome: [] }
  const files = readFiles(mode, given, context)
  if ('refusal' in files) return files
  const { trust, revocation, certificate, key, filesOfUnknownHome } = files
  const minimum = versionOf(given('ssl_min_protocol_version', 'PGSSLMINPROTOCOLVERSION') || 'TLSv1.2')
  const maximum = versionOf(given('ssl_max_protocol_version', 'PGSSLMAXPROTOCOLVERSION') || 'MAXIMUM_SUPPORTED')
  if (typeof minimum !== 'string') return minimum
  if (typeof maximum !== 'string') return maximum
  const settings: TlsSettings = {
    demand: mode === 'allow' || mode === 'prefer' ? mode : 'require',
    verify: trust === undefined ? 'none' : verifies,
    trustFile: trust?.path,
    certificateFile: certificate?.path,
    keyFile: key?.path,
    keyPassword: taken.has('sslpassword') ? new Secret(taken.get('sslpassword')!) : undefined,
    revocationFile: revocation?.path,
    minimumVersion: minimum,
    maximumVersion: maximum,
    isDirect: negotiation === 'direct',
  }
  return {
    settings,
    files: [trust, revocation, certificate, key].filter((file) => file !== undefined),
    filesOfUnknownHome,
  }
}

function modeOf(text: string): Mode | undefined {
  const name = text.replaceAll('-', '_')
  return (Object.keys(modes) as Mode[]).find((mode) => mode.replaceAll('-', '_') === name)
}

interface TlsFiles {
  readonly trust: NamedFile | undefined
  readonly revocation: NamedFile | undefined
  readonly certificate: NamedFile | undefined
  readonly key: NamedFile | undefined
  readonly filesOfUnknownHome: readonly string[]
}

function readFiles(
  mode: Mode,
  given: (name: string, variable: string) => string | undefined,
  context: DriverContext,
): TlsFiles | Refused {
  const isVerified = modes[mode] !== 'none'
  const named = {
    root: given('sslrootcert', 'PGSSLROOTCERT'),
    crl: given('sslcrl', 'PGSSLCRL'),
    certificate: given('sslcert', 'PGSSLCERT'),
    key: given('sslkey', 'PGSSLKEY'),
  }
  const trust = isVerified ? fileOf(named.root, 'root.crt', 'trusted certificates', context) : undefined
  if (isVerified && mode !== 'require' && trust === undefined) {
    return {
      refusal: `sslmode=${mode} without sslrootcert needs ~/.postgresql/root.crt of the service account, and never uses the authorities of the system: name the file with sslrootcert, or give the home folder of the service`,
    }
  }
  const certificate = fileOf(named.certificate, 'postgresql.crt', 'client certificate', context)
  const unknown = (name: string | undefined, usual: string): readonly string[] =>
    context.home === undefined && !name ? [`~/.postgresql/${usual}`] : []
  return {
    trust: trust === undefined || mode === 'require' ? trust : { ...trust, isOptional: false },
    revocation: isVerified ? fileOf(named.crl, 'root.crl', 'revocation list', context) : undefined,
    certificate,
    key: certificate === undefined ? undefined : fileOf(named.key, 'postgresql.key', 'client key', context),
    filesOfUnknownHome: [
      ...(isVerified ? [...unknown(named.root, 'root.crt'), ...unknown(named.crl, 'root.crl')] : []),
      ...unknown(named.certificate, 'postgresql.crt'),
      ...(certificate === undefined ? [] : unknown(named.key, 'postgresql.key')),
    ],
  }
}

/** A file that is named must be there; the one in the home need not. An empty name names no file. */
function fileOf(
  named: string | undefined,
  usual: string,
  purpose: NamedFile['purpose'],
  { home }: DriverContext,
): NamedFile | undefined {
  if (named !== undefined && named !== '') return { path: named, purpose, isOptional: false }
  return home === undefined ? undefined : { path: `${home}/.postgresql/${usual}`, purpose, isOptional: true }
}

function versionOf(text: string): string | Refused {
  if (text.startsWith('SSL')) return { refusal: 'Unsupported TLS version: write TLSv1.2 or TLSv1.3' }
  const name = text.replaceAll('.', '_')
  return Object.hasOwn(versions, name) ? versions[name]! : { refusal: 'No such TLS version: write TLSv1.2 or TLSv1.3' }
}
