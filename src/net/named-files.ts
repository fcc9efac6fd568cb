import type { NamedFile, Driver } from './drivers/driver.js'
import { codeOf, ElsewhereError, messageOf } from '../base/errors.js'
import { readUnlessPipe } from '../base/files/pipes.js'
import { peerWords, misconfigured, refusedByPeer, type Refusal } from './refusal.js'

/** The problem codes of a URL that names files on the host of the service. */
export const fileProblems = ['file-not-found', 'file-unreadable'] as const

/**
 * For a URL whose files are on another host: nothing is opened, and nothing can be said.
 *
 * @throws ElsewhereError that names the files, where there are any
 */
export function leaveElsewhere(files: readonly NamedFile[]): void {
  if (files.length === 0) return
  const named = files.map(({ path, purpose }) => `${purpose} ${peerWords(path)}`).join(', ')
  throw new ElsewhereError(`its files are on another host and were not opened: ${named}`)
}

const shapes: Readonly<Record<NamedFile['purpose'], RegExp>> = {
  'trusted certificates': /-----BEGIN (?:(?:TRUSTED |X509 )?CERTIFICATE|X509 CRL)-----/,
  'client certificate': /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/,
  'client key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'revocation list': /-----BEGIN X509 CRL-----/,
  'password file': /^/,
}

const missing = new Set(['ENOENT', 'ENOTDIR'])

const forbidden = new Set(['EACCES', 'EPERM'])

/**
 * Opens the files that a driver opens, in its order.
 *
 * @returns the content of each, by its purpose; one that is optional and does not exist is left out
 * @throws Refusal `file-not-found`; `file-unreadable` for what is not a PEM file. Error where this account may not read
 *   a file that the service's may.
 */
export async function readNamedFiles(files: readonly NamedFile[]): Promise<ReadonlyMap<NamedFile['purpose'], string>> {
  const contents = new Map<NamedFile['purpose'], string>()
  for (const file of files) {
    const text = await readNamedFile(file)
    if (text !== undefined) contents.set(file.purpose, text)
  }
  return contents
}

async function readNamedFile({ path, purpose, isOptional }: NamedFile): Promise<string | undefined> {
  try {
    const text = (await readUnlessPipe(path)).toString('utf8')
    if (!shapes[purpose].test(text))
      throw misconfigured('file-unreadable', `the ${purpose} ${peerWords(path)} contains nothing of that kind in PEM`)
    return text
  } catch (error) {
    const code = codeOf(error)
    if (missing.has(code) && isOptional) return undefined
    if (missing.has(code)) throw misconfigured('file-not-found', `the ${purpose} was not found: ${peerWords(path)}`)
    if (forbidden.has(code))
      throw new Error(`this user cannot read the ${purpose} ${peerWords(path)}: run preflight as the service's user`, {
        cause: error,
      })
    if (code === 'EISDIR')
      throw misconfigured('file-unreadable', `the ${purpose} ${peerWords(path)}: ${messageOf(error)}`)
    throw error
  }
}

const blocks = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g

/** The certificates of a PEM file, as DER. */
export function certificatesOf(pem: string): readonly Uint8Array[] {
  return [...pem.matchAll(blocks)].map(([, text = '']) => Buffer.from(text, 'base64'))
}

/**
 * Judges what a peer presents as a driver does.
 *
 * @param trust the certificates that are trusted, PEM
 */
export function refuseAs(
  refuse: NonNullable<Driver['refuseCertificate']>,
  host: string,
  trust: string,
): (certificates: readonly Uint8Array[]) => Refusal | undefined {
  return (certificates) => {
    const refusal = refuse({ certificates, anchors: certificatesOf(trust), host, now: new Date() })
    return refusal && (refusal.isDated ? refusedByPeer : misconfigured)(refusal.code, refusal.detail)
  }
}
