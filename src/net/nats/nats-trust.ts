import { existsSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { surrounding } from '../../base/own-environment.js'
import { leaveElsewhere, readNamedFiles } from '../named-files.js'
import type { NatsTarget } from './nats-url.js'
import { readTrustFile } from '../tls-connection.js'

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
 * file that its
 * environment names (`SSL_CERT_FILE`), else the authorities of this host, with those of `NODE_EXTRA_CA_CERTS`, which
 * whoever started
 * preflight trusts besides. A host without any lends the authorities of Node.
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
