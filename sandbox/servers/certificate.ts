import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildCertificate, currentValidity, type Validity } from './x509.js'

/** A certificate and its key, as PEM files. */
export interface ServerCertificate {
  readonly certificateFile: string
  readonly keyFile: string
}

/** What a server's certificate is issued for. */
interface CertificateRequest {
  readonly commonName: string
  /** Host names and IPv4 addresses. Without any the certificate has a common name and no subjectAltName. */
  readonly alternativeNames?: readonly string[]
  readonly validity?: Validity
}

/** A private authority: its files, and the certificates that it signs. */
export interface CertificateAuthority extends ServerCertificate {
  /** Writes `server.crt` and `server.key` into the folder, in place of those that are there. */
  issue(folder: string, request: CertificateRequest): ServerCertificate
}

/** The path of a folder's certificate. */
export const certificateFileIn = (folder: string): string => join(folder, 'server.crt')

const newKeys = (): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

function write(files: ServerCertificate, certificate: string, privateKey: KeyObject): void {
  writeFileSync(files.certificateFile, certificate)
  writeFileSync(files.keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
}

const serverFilesIn = (folder: string): ServerCertificate => ({
  certificateFile: certificateFileIn(folder),
  keyFile: join(folder, 'server.key'),
})

/** Writes a fresh self-signed certificate for `localhost` and 127.0.0.1 into the folder. */
export function createCertificate(folder: string): ServerCertificate {
  const { publicKey, privateKey } = newKeys()
  const certificate = buildCertificate({
    commonName: 'localhost',
    alternativeNames: ['localhost', '127.0.0.1'],
    isAuthority: true,
    validity: currentValidity(),
    publicKey,
    issuer: { commonName: 'localhost', privateKey },
  })
  const files = serverFilesIn(folder)
  write(files, certificate, privateKey)
  return files
}

/** Makes a private authority, and writes it into the folder as `ca.crt` and `ca.key`. */
export function createAuthority(folder: string, commonName = 'Sandbox CA'): CertificateAuthority {
  mkdirSync(folder, { recursive: true })
  const { publicKey, privateKey } = newKeys()
  const files = { certificateFile: join(folder, 'ca.crt'), keyFile: join(folder, 'ca.key') }
  const issuer = { commonName, privateKey }
  const own = { commonName, alternativeNames: [], isAuthority: true, validity: currentValidity(), publicKey, issuer }
  write(files, buildCertificate(own), privateKey)
  return {
    ...files,
    issue(target, request) {
      mkdirSync(target, { recursive: true })
      const keys = newKeys()
      const certificate = buildCertificate({
        commonName: request.commonName,
        alternativeNames: request.alternativeNames ?? [],
        isAuthority: false,
        validity: request.validity ?? currentValidity(),
        publicKey: keys.publicKey,
        issuer,
      })
      const issued = serverFilesIn(target)
      write(issued, certificate, keys.privateKey)
      return issued
    },
  }
}
