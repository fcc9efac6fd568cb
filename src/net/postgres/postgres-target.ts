import { stat } from 'node:fs/promises'
import { passwordIn } from '../drivers/asyncpg/asyncpg-parameters.js'
import type { Connection, DriverContext, NamedFile, TlsSettings } from '../drivers/driver.js'
import { readAs } from '../drivers/known.js'
import { codeOf } from '../../base/errors.js'
import type { Secret } from '../../redaction/secret-value.js'
import { printablePlace } from '../host-port.js'
import { readNamedFiles } from '../named-files.js'
import { misconfigured, isRefusal } from '../refusal.js'
import { readTrustFile, tlsContext, type SecureOptions } from '../tls-connection.js'

/** What a connection URL means to a client library of PostgreSQL. */
export type PostgresTarget = Connection

/**
 * Reads a connection URL as a driver does.
 *
 * @throws Refusal `bad-url`, whose words name the fault and never the URL
 */
export function readPostgresTarget(url: Secret, driver: string, context: DriverContext): PostgresTarget {
  const reading = readAs(driver, url, context)
  if ('refusal' in reading) throw misconfigured('bad-url', reading.refusal)
  return reading.connection
}

/** Where it connects, for people: `host:port` or the path of a socket, in the order of its tries. */
export function postgresAddresses({ endpoints }: PostgresTarget): readonly string[] {
  return endpoints.map((endpoint) => ('path' in endpoint ? endpoint.path : printablePlace(endpoint)))
}

/** What the files come to that a target names. */
export interface PostgresSecurity {
  /** `undefined` for a plain connection; without the name of the server. */
  readonly tls: Omit<SecureOptions, 'serverName'> | undefined
  readonly password: Secret | undefined
}

/**
 * Opens the files that the driver opens before it connects.
 *
 * @param trustFile is trusted instead of what the URL names; empty for none
 * @throws Refusal with one of `fileProblems`, `trust-file-unreadable`, `tls-failed`, `bad-url`; Error for a file that
 *   may not be read
 */
export async function readPostgresSecurity(target: PostgresTarget, trustFile: string): Promise<PostgresSecurity> {
  const { files, tls } = target
  const password = target.password ?? (await passwordOf(target))
  const contents = await readNamedFiles(
    files.filter(
      ({ purpose }) => purpose === 'revocation list' || (purpose === 'trusted certificates' && trustFile === ''),
    ),
  )
  const client = await readClientFiles(files)
  if (tls === undefined) return { tls: undefined, password }
  const named =
    trustFile === '' || tls.trustFile === undefined
      ? contents.get('trusted certificates')
      : await readTrustFile(trustFile)
  return { tls: settingsOf(tls, contents.get('revocation list'), named, client), password }
}

interface ClientFiles {
  readonly cert?: string
  readonly key?: string
}

/**
 * The key is opened where the certificate was found. One that is named beside the home's certificate and is not there
 * leaves the client without either.
 */
async function readClientFiles(files: readonly NamedFile[]): Promise<ClientFiles> {
  const named = files.filter(({ purpose }) => purpose === 'client certificate')
  const cert = (await readNamedFiles(named)).get('client certificate')
  if (cert === undefined) return {}
  try {
    const key = (await readNamedFiles(files.filter(({ purpose }) => purpose === 'client key'))).get('client key')
    return { cert, key: key ?? cert }
  } catch (error) {
    if (isRefusal(error) && error.problem.code === 'file-not-found' && named[0]?.isOptional === true) return {}
    throw error
  }
}

function settingsOf(
  tls: TlsSettings,
  crl: string | undefined,
  trust: string | undefined,
  client: ClientFiles,
): Omit<SecureOptions, 'serverName'> {
  const options = {
    // Where the certificates to trust may be missing and are, `require` verifies nothing.
    verify: trust === undefined ? 'none' : tls.verify,
    trust,
    ...client,
    passphrase: tls.keyPassword,
    crl,
    minVersion: tls.minimumVersion as SecureOptions['minVersion'],
    maxVersion: tls.maximumVersion as SecureOptions['maxVersion'],
    protocols: ['postgresql'],
  } as const
  // What OpenSSL cannot use stops the driver before it connects, whatever its way in; versions that exclude each other
  // do not.
  tlsContext({ ...options, minVersion: undefined, maxVersion: undefined })
  return options
}

/** As asyncpg does, a file that others may read, or that is not a regular file, counts for nothing. */
async function passwordOf(target: PostgresTarget): Promise<Secret | undefined> {
  const file = target.files.find(({ purpose }) => purpose === 'password file')
  if (file === undefined || !(await isPrivate(file.path))) return undefined
  const text = (await readNamedFiles([file])).get('password file')
  const found = passwordIn(text ?? '', target)
  if ('refusal' in found) throw misconfigured('bad-url', found.refusal)
  return found.password
}

async function isPrivate(path: string): Promise<boolean> {
  try {
    const about = await stat(path)
    return about.isFile() && (about.mode & 0o077) === 0
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false
    throw error
  }
}
