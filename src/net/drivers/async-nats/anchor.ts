import { readCertificate } from './certificate.js'
import { DerReader, derTags } from './der.js'
import { CertificateFault } from './certificate-fault.js'
import type { Anchor } from './path.js'

/**
 * Takes certificates as trusted, and leaves out those that webpki cannot read: of v2, or with a critical extension that
 * it does not know.
 * Those of v1 it reads, unlike a server's.
 */
export function readAnchors(certificates: readonly Uint8Array[]): readonly Anchor[] {
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
