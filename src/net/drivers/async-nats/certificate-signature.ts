import { constants, createPublicKey, verify, type KeyObject, type VerifyKeyObjectInput } from 'node:crypto'
import type { Certificate } from './x509-certificate.js'
import { DerReader, derTags, CertificateFault } from './der.js'

/**
 * Algorithm identifiers (RFC 5480, 4055, 8410), each as the content of its element: rustls compares them byte by byte.
 */
const keys = {
  '06072a8648ce3d020106082a8648ce3d030107': 'P-256',
  '06072a8648ce3d020106052b81040022': 'P-384',
  '06092a864886f70d0101010500': 'RSA',
  '06032b6570': 'Ed25519',
} as const
type KeyKind = (typeof keys)[keyof typeof keys]

interface SignatureKind {
  readonly keys: readonly KeyKind[]
  /** None for Ed25519, which hashes by itself. */
  readonly hash: string | undefined
  readonly saltLength?: number
}

const curves: readonly KeyKind[] = ['P-256', 'P-384']
const pss = (hash: string, salt: string) =>
  `06092a864886f70d01010a3034a00f300d0609608648016503${hash}0500a11c301a06092a864886f70d010108300d0609608648016503${hash}0500a2030201${salt}`

/** What rustls 0.21 takes under a certificate. */
const signatures: Readonly<Record<string, SignatureKind | undefined>> = {
  '06082a8648ce3d040302': { keys: curves, hash: 'sha256' },
  '06082a8648ce3d040303': { keys: curves, hash: 'sha384' },
  '06032b6570': { keys: ['Ed25519'], hash: undefined },
  '06092a864886f70d01010b0500': { keys: ['RSA'], hash: 'sha256' },
  '06092a864886f70d01010c0500': { keys: ['RSA'], hash: 'sha384' },
  '06092a864886f70d01010d0500': { keys: ['RSA'], hash: 'sha512' },
  [pss('040201', '20')]: { keys: ['RSA'], hash: 'sha256', saltLength: 32 },
  [pss('040202', '30')]: { keys: ['RSA'], hash: 'sha384', saltLength: 48 },
  [pss('040203', '40')]: { keys: ['RSA'], hash: 'sha512', saltLength: 64 },
}

/**
 * Whether an authority's key signed the certificate.
 *
 * @param publicKey SubjectPublicKeyInfo, the whole element
 * @throws CertificateFault for a signature that is not the key's, or of a kind that the driver does not take
 */
export function checkSignature(
  { signedBytes, signatureAlgorithm, signature }: Certificate,
  publicKey: Uint8Array,
): void {
  const kind = signatures[hex(signatureAlgorithm)]
  if (kind === undefined) throw new CertificateFault('UnsupportedSignatureAlgorithm')
  const key = readKey(publicKey)
  if (!kind.keys.includes(key.kind)) throw new CertificateFault('UnsupportedSignatureAlgorithmForPublicKey')
  const padding =
    kind.saltLength === undefined ? {} : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: kind.saltLength }
  if (!isSigned(kind.hash, signedBytes, { key: key.object, ...padding }, signature))
    throw new CertificateFault('InvalidSignatureForPublicKey')
}

function isSigned(
  hash: string | undefined,
  bytes: Uint8Array,
  key: VerifyKeyObjectInput,
  signature: Uint8Array,
): boolean {
  try {
    return verify(hash, bytes, key, signature)
  } catch {
    // A key that OpenSSL reads and cannot use, of an even exponent say.
    return false
  }
}

/**
 * Whether the driver can check what a server signs with this key in the handshake.
 *
 * @throws CertificateFault
 */
export function checkServerKey(publicKey: Uint8Array): void {
  readKey(publicKey)
}

function readKey(publicKey: Uint8Array): { readonly kind: KeyKind; readonly object: KeyObject } {
  const parts = new DerReader(new DerReader(publicKey).take(derTags.sequence))
  const kind = (keys as Readonly<Record<string, KeyKind | undefined>>)[hex(parts.take(derTags.sequence))]
  const bytes = parts.takeBytes()
  parts.finish()
  if (kind === undefined) throw new CertificateFault('UnsupportedSignatureAlgorithmForPublicKey')
  const object = usable(publicKey)
  const bits = object?.asymmetricKeyDetails?.modulusLength
  // ring takes 2048 bits, rounded to whole bytes, to 8192; and of a curve's points those that are written out.
  const isTaken =
    kind === 'RSA'
      ? bits !== undefined && Math.ceil(bits / 8) >= 256 && bits <= 8192
      : kind === 'Ed25519' || bytes[0] === 4
  if (object === undefined || !isTaken) throw new CertificateFault('InvalidSignatureForPublicKey')
  return { kind, object }
}

function usable(publicKey: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
  } catch {
    // OpenSSL's words would say less than the fault that is reported.
    return undefined
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
