import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { pathText } from '../base/text/terminal-text.js'
import { readNamedFiles, fileProblems } from './named-files.js'
import { misconfigured } from './refusal.js'

/** The problem codes of a certificate by which a kind says who it is. */
export const clientCertificateProblems = [
  ...fileProblems,
  'client-key-exposed',
  'client-key-mismatch',
  'client-certificate-dates',
] as const

/** How a kind that speaks TLS says who it is, among its inputs. */
export const clientCertificateInputs = () => ({
  certificate: pathText()
    .optional()
    .describe(
      'a PEM file with the client certificate, and those between it and its authority, which the service asks for',
    ),
  key: pathText()
    .optional()
    .describe('a PEM file with the key of `certificate`; without it, the key is in the file of the certificate'),
})

interface ClientFileNames {
  readonly certificate?: string | undefined
  readonly key?: string | undefined
}

/** What these inputs must be together. */
export const isKeyOfCertificate = ({ certificate, key }: ClientFileNames): boolean =>
  key === undefined || certificate !== undefined

export const keyNeedsCertificate = { path: ['key'], error: 'a key is of no use without `certificate`' }

/** The paths that are given. */
export function clientFiles({ certificate, key }: ClientFileNames): string[] {
  return [certificate, key].filter((path) => path !== undefined)
}

/** PEM, as `secure` takes it. */
export interface ClientCertificate {
  readonly cert: string
  readonly key: string
}

/**
 * Reads a client's certificate and its key, where one is given, and refuses what a service would refuse without a word.
 *
 * @param keyFile `undefined`: the key is in the file of the certificate
 * @throws Refusal with one of `clientCertificateProblems`; Error for a file that this account may not read
 */
export async function readClientCertificate(
  certificateFile: string | undefined,
  keyFile = certificateFile,
): Promise<ClientCertificate | undefined> {
  if (certificateFile === undefined || keyFile === undefined) return undefined
  const contents = await readNamedFiles([
    { path: certificateFile, purpose: 'client certificate', isOptional: false },
    { path: keyFile, purpose: 'client key', isOptional: false },
  ])
  const [cert, key] = [contents.get('client certificate')!, contents.get('client key')!]
  await refuseExposed(keyFile)
  const certificate = parsed('certificate', () => new X509Certificate(cert))
  if (!certificate.checkPrivateKey(parsed('key', (): KeyObject => createPrivateKey(key))))
    throw misconfigured('client-key-mismatch', 'the client key is not that of the client certificate')
  const now = Date.now()
  if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo))
    throw misconfigured(
      'client-certificate-dates',
      `the client certificate is valid from ${certificate.validFrom} to ${certificate.validTo}`,
    )
  return { cert, key }
}

/** Bits by which others may do anything with a file, or its group may change it: libpq refuses such a key. */
const exposedBits = 0o027

async function refuseExposed(keyFile: string): Promise<void> {
  const { mode } = await stat(keyFile)
  if ((mode & exposedBits) !== 0)
    throw misconfigured(
      'client-key-exposed',
      `the client key has mode ${(mode & 0o7777).toString(8).padStart(4, '0')}: only its owner, and its group for reading, may have access (0600, 0640)`,
    )
}

/** @throws Refusal `file-unreadable`, without OpenSSL's words: they may quote the file */
function parsed<Value>(what: string, parse: () => Value): Value {
  try {
    return parse()
  } catch {
    throw misconfigured('file-unreadable', `the client ${what} cannot be read: it must be PEM, and a key not encrypted`)
  }
}
