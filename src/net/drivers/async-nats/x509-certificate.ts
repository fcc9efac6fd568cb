import { DerReader, derTags, CertificateFault } from './der.js'

/** What webpki takes from a certificate. By default: the content of an element, as DER. */
export interface Certificate {
  /** The whole element that was signed. */
  readonly signedBytes: Uint8Array
  readonly signatureAlgorithm: Uint8Array
  readonly signature: Uint8Array
  readonly issuer: Uint8Array
  readonly validity: Uint8Array
  readonly subject: Uint8Array
  /** SubjectPublicKeyInfo, the whole element. */
  readonly publicKey: Uint8Array
  readonly extensions: Extensions
}

/** Each by its content, where the certificate has it. */
export interface Extensions {
  readonly basicConstraints?: Uint8Array
  readonly extendedKeyUsage?: Uint8Array
  readonly nameConstraints?: Uint8Array
  readonly subjectAlternativeName?: Uint8Array
}

/** The extensions that webpki knows: 2.5.29 and this number. The usage of the key (15) is known and plays no part. */
const known: Readonly<Record<number, keyof Extensions | 'keyUsage'>> = {
  15: 'keyUsage',
  17: 'subjectAlternativeName',
  19: 'basicConstraints',
  30: 'nameConstraints',
  37: 'extendedKeyUsage',
}

/**
 * Reads a certificate of X.509 v3.
 *
 * @throws CertificateFault in webpki's words, and nothing else, whatever the bytes are
 */
export function readCertificate(bytes: Uint8Array): Certificate {
  const whole = new DerReader(bytes)
  const parts = new DerReader(whole.take(derTags.sequence))
  whole.finish()
  const signed = parts.next()
  if (signed.tag !== derTags.sequence) throw new CertificateFault('BadDer')
  const signatureAlgorithm = parts.take(derTags.sequence)
  const signature = parts.takeBytes()
  const body = new DerReader(signed.content)
  readVersion(body)
  body.take(derTags.integer)
  if (!sameBytes(body.take(derTags.sequence), signatureAlgorithm))
    throw new CertificateFault('SignatureAlgorithmMismatch')
  const issuer = body.take(derTags.sequence)
  const validity = body.take(derTags.sequence)
  const subject = body.take(derTags.sequence)
  const publicKey = body.next()
  if (publicKey.tag !== derTags.sequence) throw new CertificateFault('BadDer')
  const extensions = body.isAtEnd ? {} : readExtensions(body)
  body.finish()
  parts.finish()
  return {
    signedBytes: signed.bytes,
    signatureAlgorithm,
    signature,
    issuer,
    validity,
    subject,
    publicKey: publicKey.bytes,
    extensions,
  }
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

function readVersion(body: DerReader): void {
  if (!body.isNext(derTags.zero)) throw new CertificateFault('UnsupportedCertVersion')
  const version = new DerReader(body.take(derTags.zero))
  // Counted from 0.
  if (version.takeSmallNumber() !== 2) throw new CertificateFault('UnsupportedCertVersion')
  version.finish()
}

function readExtensions(body: DerReader): Extensions {
  if (!body.isNext(derTags.three)) throw new CertificateFault('MalformedExtensions')
  const tagged = new DerReader(body.take(derTags.three))
  const list = new DerReader(tagged.take(derTags.sequence))
  tagged.finish()
  const found: Partial<Record<keyof Extensions | 'keyUsage', Uint8Array>> = {}
  do {
    const extension = new DerReader(list.take(derTags.sequence))
    const identifier = extension.take(derTags.objectIdentifier)
    const isCritical = extension.takeFlag()
    const value = extension.take(derTags.octetString)
    extension.finish()
    const name = nameOf(identifier)
    if (name === undefined) {
      if (isCritical) throw new CertificateFault('UnsupportedCriticalExtension')
      continue
    }
    if (found[name] !== undefined) throw new CertificateFault('ExtensionValueInvalid')
    found[name] = name === 'keyUsage' ? value : contentOfSequence(value)
  } while (!list.isAtEnd)
  return found
}

function nameOf(identifier: Uint8Array): keyof Extensions | 'keyUsage' | undefined {
  const [first, second, number = 0] = identifier
  return identifier.length === 3 && first === 0x55 && second === 0x1d ? known[number] : undefined
}

function contentOfSequence(bytes: Uint8Array): Uint8Array {
  const reader = new DerReader(bytes)
  const content = reader.take(derTags.sequence)
  reader.finish()
  return content
}
