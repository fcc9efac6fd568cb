import { rootCertificates } from 'node:tls'
import type { DriverContext, Endpoint, NamedFile, TlsSettings } from '../drivers/driver.js'
import { readAs } from '../drivers/known.js'
import type { Secret } from '../../redaction/secret-value.js'
import { printablePlace } from '../host-port.js'
import { readUrl } from '../url.js'
import { readNamedFiles } from '../named-files.js'
import { misconfigured } from '../refusal.js'
import { readTrustFile, type SecureOptions } from '../tls-connection.js'

/** What a connection URL means to a client library of Redis. */
export interface RedisTarget {
  readonly endpoint: Endpoint
  readonly database: number
  readonly user: string
  readonly password: Secret | undefined
  /** `undefined` for a plain connection. */
  readonly tls: TlsSettings | undefined
  readonly files: readonly NamedFile[]
  /**
   * Which version of the protocol is asked for by HELLO, with the credentials; `undefined` where they are sent by AUTH.
   */
  readonly hello: '3' | undefined
}

/** The library of the services probed: the driver of a URL that names none. */
const usual = 'redis-py'

/**
 * Reads a connection URL as a driver does. When none is named, also what libraries differ over is refused.
 *
 * @throws Refusal `bad-url`, whose words name the fault and never the URL
 */
export function readRedisTarget(url: Secret, driver: string | undefined, context: DriverContext): RedisTarget {
  if (url.reveal() === '') throw misconfigured('bad-url', 'the URL is empty')
  if (driver === undefined) refuseRawUserInfo(url)
  const reading = readAs(driver ?? usual, url, context)
  if ('refusal' in reading) throw misconfigured('bad-url', reading.refusal)
  const { endpoints, database, user, password, tls, files, settings } = reading.connection
  const hello = driver !== undefined && settings['protocol'] === '3' ? '3' : undefined
  return { endpoint: endpoints[0]!, database: Number(database), user, password, tls, files, hello }
}

function refuseRawUserInfo(url: Secret): void {
  const portable = readUrl(url.reveal(), { schemeless: false, credentials: true })
  if ('reason' in portable && portable.reason.includes('percent-encode'))
    throw misconfigured('bad-url', `the URL ${portable.reason}`)
}

/** Where it connects, for people: `host:port` or the path of a socket. */
export function redisAddress({ endpoint }: RedisTarget): string {
  return 'path' in endpoint ? endpoint.path : printablePlace(endpoint)
}

/** What the TLS of a target needs besides the server's name. */
export type RedisSecurity = Omit<SecureOptions, 'serverName' | 'verify'>

/**
 * Opens the files that a URL names.
 *
 * @param trustFile comes before the one that the URL names, and is trusted alone; empty for none
 * @throws Refusal with one of `fileProblems`, `trust-file-unreadable`; Error for a file that may not be read
 */
export async function readRedisSecurity({ tls, files }: RedisTarget, trustFile: string): Promise<RedisSecurity> {
  if (tls === undefined) return {}
  const contents = await readNamedFiles(
    trustFile === '' ? files : files.filter(({ purpose }) => purpose !== 'trusted certificates'),
  )
  const named = contents.get('trusted certificates')
  const certificate = contents.get('client certificate')
  return {
    // redis-py trusts what the URL names besides the authorities of the system.
    trust: trustFile === '' ? named && [named, ...rootCertificates].join('\n') : await readTrustFile(trustFile),
    cert: certificate,
    key: contents.get('client key') ?? certificate,
    passphrase: tls.keyPassword,
    minVersion: tls.minimumVersion as SecureOptions['minVersion'],
    ciphers: tls.ciphers,
  }
}
