import type { CertificateProblem, CertificateRefusal, PresentedCertificates } from '../driver.js'
import { readCertificate, type Certificate } from './x509-certificate.js'
import { isServerName, namesHost, addressBytes, generalNames } from './name-constraints.js'
import { CertificateFault, type WebpkiError, DerReader, derTags } from './der.js'
import { findPath, type Anchor } from './path.js'
import { checkServerKey } from './certificate-signature.js'

/**
 * Judges what a server presented as rustls 0.21 with webpki 0.101 does, which async-nats 0.33 leaves it to. In its
 * order: the certificate is read, a way to an authority is looked for, the name is compared; the key must be one that
 * the handshake can be checked with.
 *
 * @returns why it is refused, in webpki's word and what to do; `undefined` when it is taken
 */
export function refuseServerCertificate({
  certificates,
  anchors,
  host,
  now,
}: PresentedCertificates): CertificateRefusal | undefined {
  const address = addressBytes(host)
  if (address === undefined && !isServerName(host))
    return {
      code: 'certificate-name',
      isDated: false,
      detail:
        'invalid dns name: async-nats cannot ask for a certificate of this host; use a name of letters, digits, - and _',
    }
  const [first = new Uint8Array(), ...intermediates] = certificates
  try {
    const leaf = readCertificate(first)
    findPath(leaf, intermediates, readAnchors(anchors), now)
    checkHost(leaf, host, address)
    checkServerKey(leaf.publicKey)
    return undefined
  } catch (error) {
    if (!(error instanceof CertificateFault)) throw error
    const [code, words] = problems[error.error] ?? [
      'certificate-refused',
      'async-nats refuses a certificate that the server sends: issue it again',
    ]
    return {
      code,
      detail: `${error.error}: ${words}`,
      isDated: error.error === 'CertExpired' || error.error === 'CertNotValidYet',
    }
  }
}

/** The common name is never looked at. */
function checkHost({ extensions }: Certificate, host: string, address: Uint8Array | undefined): void {
  for (const name of generalNames(extensions.subjectAlternativeName)) {
    if (address === undefined && name.kind === 'dns' && namesHost(name.text, host)) return
    if (address !== undefined && name.kind === 'address' && Buffer.compare(name.bytes, address) === 0) return
  }
  throw new CertificateFault('CertNotValidForName')
}

const problems: Partial<Readonly<Record<WebpkiError, readonly [CertificateProblem, string]>>> = {
  CaUsedAsEndEntity: [
    'certificate-is-authority',
    "the server's certificate is that of a certificate authority (CA:TRUE, what `openssl req -x509` makes), which async-nats does not accept from a server: issue a leaf certificate from it (CA:FALSE, with the host as subjectAltName), give that to the server, and trust the authority",
  ],
  UnsupportedCertVersion: [
    'certificate-version',
    'a certificate is not of X.509 version 3, and async-nats accepts no other: issue one with extensions, such as a subjectAltName for the host',
  ],
  CertNotValidForName: [
    'certificate-name',
    "no subjectAltName of the server's certificate is the host of the URL (the common name is not read): issue one with it, as DNS name, or as IP address where the URL has an address",
  ],
  RequiredEkuNotFound: [
    'certificate-usage',
    'the extended key usage of a certificate, of the server or of an authority above it, lacks serverAuth: issue it with serverAuth, or without extended key usage',
  ],
  UnsupportedCriticalExtension: [
    'certificate-extension',
    'a certificate has a critical extension that async-nats does not know: issue it without, or with the extension as not critical',
  ],
  EndEntityUsedAsCa: [
    'certificate-refused',
    'a certificate that signed another is not an authority: an intermediate certificate needs CA:TRUE',
  ],
  UnknownIssuer: [
    'certificate-refused',
    'no chain leads from the certificate to a trusted one: the server must send its intermediate certificates, and the authority must be among the trusted ones (the file of SSL_CERT_FILE, otherwise those of the host)',
  ],
  CertExpired: ['certificate-refused', 'a certificate has expired: renew it'],
  CertNotValidYet: [
    'certificate-refused',
    "a certificate is not valid yet: look at its dates and at this host's clock",
  ],
  UnsupportedSignatureAlgorithm: [
    'certificate-algorithm',
    'a certificate is signed by an algorithm that async-nats does not accept (it accepts RSA and ECDSA with SHA-256 or more, and Ed25519)',
  ],
  UnsupportedSignatureAlgorithmForPublicKey: [
    'certificate-algorithm',
    'a key or signature is of a kind that async-nats does not accept: it accepts RSA of 2048 to 8192 bits, P-256, P-384 and Ed25519',
  ],
  InvalidSignatureForPublicKey: [
    'certificate-algorithm',
    "a signature is not its authority's, or a key is not of a kind that async-nats accepts: RSA of 2048 to 8192 bits, P-256, P-384 and Ed25519",
  ],
  NameConstraintViolation: [
    'certificate-refused',
    'a name is outside the names that an authority above it may issue for, or the authority limits directory names, which async-nats does not understand: issue the certificate by another',
  ],
}

/**
 * Takes certificates as trusted, and leaves out those that webpki cannot read: of v2, or with a critical extension that
 * it does not know. Those of v1 it reads, unlike a server's.
 */
function readAnchors(certificates: readonly Uint8Array[]): readonly Anchor[] {
  return certificates.flatMap((bytes) => {
    try {
      return [readAnchor(bytes)]
    } catch (error) {
      if (error instanceof CertificateFault) return []
      throw error
    }
  })
}

function readAnchor(bytes: Uint8Array): Anchor {
  try {
    const { subject, publicKey, extensions } = readCertificate(bytes)
    return { subject, publicKey, nameConstraints: extensions.nameConstraints }
  } catch (error) {
    if (error instanceof CertificateFault && error.error === 'UnsupportedCertVersion') return readFirstVersion(bytes)
    throw error
  }
}

function readFirstVersion(bytes: Uint8Array): Anchor {
  const whole = new DerReader(bytes)
  const parts = new DerReader(whole.take(derTags.sequence))
  whole.finish()
  const body = new DerReader(parts.take(derTags.sequence))
  // Its signature is not looked at.
  parts.take(derTags.sequence)
  parts.take(derTags.bitString)
  parts.finish()
  body.take(derTags.integer)
  // Signature algorithm, issuer, dates.
  for (let skipped = 0; skipped < 3; skipped += 1) body.take(derTags.sequence)
  const subject = body.take(derTags.sequence)
  const publicKey = body.next()
  if (publicKey.tag !== derTags.sequence) throw new CertificateFault('BadDer')
  body.finish()
  return { subject, publicKey: publicKey.bytes, nameConstraints: undefined }
}
