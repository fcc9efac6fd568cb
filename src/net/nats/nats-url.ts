import { type Driver, type DriverContext, type NamedFile, noSurroundings } from '../drivers/driver.js'
import { driverNamed, readAs } from '../drivers/known.js'
import { Secret } from '../../redaction/secret-value.js'
import { parseDsn } from '../dsn-address.js'
import { misconfigured } from '../refusal.js'

/** What NATS clients take when nobody said which it is; an address may also come without one. */
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
  /** The named driver never sends what its URL holds. */
  readonly withholdsCredentials: boolean
  /** How the named driver judges certificates, where its rules are its own. */
  readonly refuseCertificate: Driver['refuseCertificate']
  /** Opened by the named driver when TLS begins. */
  readonly files: readonly NamedFile[]
}

/**
 * Reads a NATS server URL: by the rules of the driver that is named, else by those that clients share.
 *
 * @param context what the driver takes from its process
 *
 * @throws Refusal `bad-url`, whose words name the fault and never the URL
 */
export function parseNatsUrl(url: Secret, driver?: string, context: DriverContext = noSurroundings): NatsTarget {
  const raw = url.reveal()
  if (raw === '') throw misconfigured('bad-url', 'the URL is empty')
  if (driver !== undefined) return readByDriver(driver, url, context)
  if (raw.includes(',')) throw misconfigured('bad-url', 'it names several servers; name the one to be probed')
  const dsn = parseDsn(raw.includes('://') ? url : new Secret(`nats://${raw}`), schemes)
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
    withholdsCredentials: false,
    refuseCertificate: undefined,
    files: [],
  }
}

function readByDriver(name: string, url: Secret, context: DriverContext): NatsTarget {
  const reading = readAs(name, url, context)
  if ('refusal' in reading) throw misconfigured('bad-url', reading.refusal)
  const { endpoints, user, password, tls, files } = reading.connection
  const [endpoint] = endpoints
  if (endpoint === undefined || 'path' in endpoint) throw misconfigured('bad-url', 'it names no host')
  const scheme = tls === undefined ? 'nats' : 'tls'
  return {
    scheme,
    ...endpoint,
    user,
    password,
    token: undefined,
    withholdsCredentials: user === '' && password === undefined,
    refuseCertificate: driverNamed(name).refuseCertificate,
    files,
  }
}
