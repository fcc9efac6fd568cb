import { type Driver, type DriverContext, type NamedFile, noSurroundings } from '../drivers/driver.js'
import { driverNamed, readAs } from '../drivers/known.js'
import { Secret } from '../../redaction/secret-value.js'
import { parseDsn, printablePlace } from '../host-port.js'
import { misconfigured } from '../refusal.js'
import { existsSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { surrounding } from '../../base/own-environment.js'
import { leaveElsewhere, readNamedFiles } from '../named-files.js'
import { readTrustFile } from '../tls-connection.js'

/** What NATS clients take when it is not stated which it is; an address may also come without one. */
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
  if (raw.includes(',')) throw misconfigured('bad-url', 'it names several servers; name only the one to probe')
  const dsn = parseDsn(raw.includes('://') ? url : new Secret(`nats://${raw}`), schemes)
  if (dsn.host === '') throw misconfigured('bad-url', 'it has no host')
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
  if (endpoint === undefined || 'path' in endpoint) throw misconfigured('bad-url', 'it has no host')
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

/** What `plan` prints of a NATS URL. @throws Refusal `bad-url` */
export function natsAddress(url: Secret, driver?: string): string {
  return printablePlace(parseNatsUrl(url, driver))
}

/**
 * Reads the certificates that a client trusts, PEM, when TLS begins: a plain connection opens none. `undefined` trusts
 * as Node does.
 */
export type NatsTrust = () => Promise<string | undefined>

/**
 * Where rustls-native-certs looks for the authorities of a host (openssl-probe): the first file of the first folder
 * that has one.
 */
const folders = [
  '/var/ssl',
  '/usr/share/ssl',
  '/usr/local/ssl',
  '/usr/local/openssl',
  '/usr/local/etc/openssl',
  '/usr/local/share',
  '/usr/lib/ssl',
  '/usr/ssl',
  '/etc/openssl',
  '/etc/pki/ca-trust/extracted/pem',
  '/etc/pki/tls',
  '/etc/ssl',
  '/etc/certs',
  '/opt/etc/ssl',
]

const names = [
  'cert.pem',
  'certs.pem',
  'ca-bundle.pem',
  'cacert.pem',
  'ca-certificates.crt',
  'certs/ca-certificates.crt',
  'certs/ca-root-nss.crt',
  'certs/ca-bundle.crt',
  'CARootCertificates.pem',
  'tls-ca-bundle.pem',
]

/**
 * What a client of NATS trusts: the file that is given; else, with a driver that judges certificates by itself, the
 * file that its environment names (`SSL_CERT_FILE`), else the authorities of this host, with those of
 * `NODE_EXTRA_CA_CERTS`, which the user of preflight trusts as well. For a host without any these are the authorities
 * of Node.
 *
 * @param trustFile `undefined` or empty for none
 * @param targetFiles `elsewhere` opens no file that the environment names
 * @throws Refusal `trust-file-unreadable`, at once for the file that is given; one of `fileProblems`, ElsewhereError
 *   when TLS begins
 */
export async function natsTrust(
  trustFile: string | undefined,
  target: NatsTarget,
  targetFiles: 'here' | 'elsewhere' = 'here',
): Promise<NatsTrust> {
  if (trustFile !== undefined && trustFile !== '') {
    const text = await readTrustFile(trustFile)
    return () => Promise.resolve(text)
  }
  if (target.refuseCertificate === undefined) return () => Promise.resolve(undefined)
  return async () => {
    if (targetFiles === 'elsewhere') leaveElsewhere(target.files)
    const named = (await readNamedFiles(target.files)).get('trusted certificates')
    return named ?? [await authoritiesOfHost(), await authoritiesBesides()].join('\n')
  }
}

async function authoritiesOfHost(): Promise<string> {
  const file = folders.flatMap((folder) => names.map((name) => `${folder}/${name}`)).find((path) => existsSync(path))
  return file === undefined ? rootCertificates.join('\n') : readTrustFile(file)
}

async function authoritiesBesides(): Promise<string> {
  const file = surrounding('NODE_EXTRA_CA_CERTS')
  return file === undefined || file === '' ? '' : readTrustFile(file)
}
