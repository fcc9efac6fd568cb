import { Secret } from '../../kernel/secret.js'
import type { DriverContext, Endpoint, NamedFile, TlsSettings } from '../driver.js'

/** Each with what it verifies. `require` verifies the chain where certificates to trust are named or lie in the home. */
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
type TlsReading = { readonly settings: TlsSettings | undefined; readonly files: readonly NamedFile[] } | Refused

/** asyncpg's names of Python's TLS versions, as Node names them; the lowest that there is, and the highest. */
const versions: Readonly<Record<string, string>> = {
  TLSv1: 'TLSv1',
  TLSv1_1: 'TLSv1.1',
  TLSv1_2: 'TLSv1.2',
  TLSv1_3: 'TLSv1.3',
  MINIMUM_SUPPORTED: 'TLSv1',
  MAXIMUM_SUPPORTED: 'TLSv1.3',
}

/** What `sslmode` and its companions come to. A socket is never encrypted, but what they name is opened for it as well. */
export function readTls(taken: ReadonlyMap<string, string>, endpoints: readonly Endpoint[], context: DriverContext): TlsReading {
  const given = (name: string, variable: string): string | undefined => taken.get(name) ?? context.variable(variable)
  const usual = endpoints.some((endpoint) => 'host' in endpoint) ? 'prefer' : 'disable'
  const mode = modeOf(given('sslmode', 'PGSSLMODE') ?? usual)
  const negotiation = given('sslnegotiation', 'PGSSLNEGOTIATION') ?? 'postgres'
  if (negotiation !== 'postgres' && negotiation !== 'direct') return { refusal: '`sslnegotiation` parameter must be one of: postgres, direct' }
  if (mode === undefined) return { refusal: `\`sslmode\` parameter must be one of: ${Object.keys(modes).join(', ')}` }
  const verifies = modes[mode]
  if (negotiation === 'direct' && verifies === 'none') return { refusal: 'direct TLS requires sslmode=require, verify-ca, or verify-full' }
  if (mode === 'disable') return { settings: undefined, files: [] }
  const trust = verifies === 'none' ? undefined : trustFile(mode, given('sslrootcert', 'PGSSLROOTCERT'), context)
  if (trust !== undefined && 'refusal' in trust) return trust
  const revocation = verifies === 'none' ? undefined : fileOf(given('sslcrl', 'PGSSLCRL'), 'root.crl', 'revocation list', context)
  const certificate = fileOf(given('sslcert', 'PGSSLCERT'), 'postgresql.crt', 'client certificate', context)
  const key = fileOf(given('sslkey', 'PGSSLKEY'), 'postgresql.key', 'client key', context)
  const minimum = versionOf(given('ssl_min_protocol_version', 'PGSSLMINPROTOCOLVERSION') || 'TLSv1.2')
  const maximum = versionOf(given('ssl_max_protocol_version', 'PGSSLMAXPROTOCOLVERSION') || 'MAXIMUM_SUPPORTED')
  if (typeof minimum !== 'string') return minimum
  if (typeof maximum !== 'string') return maximum
  const settings: TlsSettings = {
    demand: mode === 'allow' || mode === 'prefer' ? mode : 'require',
    verify: trust?.file === undefined ? 'none' : verifies,
    trustFile: trust?.file?.path,
    certificateFile: certificate?.path,
    keyFile: certificate === undefined ? undefined : key?.path,
    keyPassword: taken.has('sslpassword') ? new Secret(taken.get('sslpassword')!) : undefined,
    revocationFile: revocation?.path,
    minimumVersion: minimum,
    maximumVersion: maximum,
    isDirect: negotiation === 'direct',
  }
  return { settings, files: [trust?.file, revocation, certificate, certificate === undefined ? undefined : key].filter((file) => file !== undefined) }
}

function modeOf(text: string): Mode | undefined {
  const name = text.replaceAll('-', '_')
  return (Object.keys(modes) as Mode[]).find((mode) => mode.replaceAll('-', '_') === name)
}

function trustFile(mode: Mode, named: string | undefined, context: DriverContext): { readonly file: NamedFile | undefined } | Refused {
  const file = fileOf(named, 'root.crt', 'trusted certificates', context)
  if (mode === 'require') return { file }
  if (file === undefined) {
    return { refusal: `sslmode=${mode} without sslrootcert needs ~/.postgresql/root.crt of the service's account, and never takes the system's authorities: name the file by sslrootcert, or say where the service's home is` }
  }
  return { file: { ...file, isOptional: false } }
}

/** A file that is named must be there; the one in the home need not. An empty name is none. */
function fileOf(named: string | undefined, usual: string, purpose: NamedFile['purpose'], { home }: DriverContext): NamedFile | undefined {
  if (named !== undefined && named !== '') return { path: named, purpose, isOptional: false }
  return home === undefined ? undefined : { path: `${home}/.postgresql/${usual}`, purpose, isOptional: true }
}

function versionOf(text: string): string | Refused {
  if (text.startsWith('SSL')) return { refusal: 'Unsupported TLS version: write TLSv1.2 or TLSv1.3' }
  const name = text.replaceAll('.', '_')
  return Object.hasOwn(versions, name) ? versions[name]! : { refusal: 'No such TLS version: write TLSv1.2 or TLSv1.3' }
}
