import { readCertificate, sameBytes, type Certificate } from './certificate.js'
import { CertificateFault, moreSpecific, searchLimits } from './fault.js'
import { checkNameConstraints, type Comparisons } from './name-constraints.js'
import { checkProperties } from './properties.js'
import { checkSignature } from './signature.js'

/** What webpki keeps of a certificate that is trusted: neither its dates nor its usage, nor whether it is an authority. */
export interface Anchor {
  readonly subject: Uint8Array
  readonly publicKey: Uint8Array
  readonly nameConstraints: Uint8Array | undefined
}

interface Search {
  readonly anchors: readonly Anchor[]
  readonly intermediates: readonly Uint8Array[]
  readonly now: Date
  readonly comparisons: Comparisons
  signatures: number
  steps: number
}

/** Certificates of authorities between the server's and the one that is trusted. */
const mostAuthorities = 6
/** webpki checks as many signatures; it takes more steps, which only a chain made to waste time comes to. */
const mostSignatures = 100
const mostSteps = 10_000

/**
 * Looks for a way from the server's certificate to one that is trusted, over those that the server sent besides (webpki 0.101).
 *
 * @throws CertificateFault the most specific of those met
 */
export function findPath(leaf: Certificate, intermediates: readonly Uint8Array[], anchors: readonly Anchor[], now: Date): void {
  follow([leaf], { anchors, intermediates, now, comparisons: { made: 0 }, signatures: 0, steps: 0 })
}

/** @param path from the one looked at down to the server's */
function follow(path: readonly [Certificate, ...Certificate[]], search: Search): void {
  const [top, ...below] = path
  const isServer = below.length === 0
  checkProperties(top, isServer ? undefined : below.length - 1, search.now)
  if (below.length > mostAuthorities) throw new CertificateFault('MaximumPathDepthExceeded')
  let worst = new CertificateFault('UnknownIssuer')
  const attempts = [
    ...search.anchors.map((anchor) => () => endAt(anchor, path, search)),
    ...search.intermediates.map((bytes) => () => goOn(readCertificate(bytes), path, search)),
  ]
  for (const attempt of attempts) {
    try {
      attempt()
      return
    } catch (error) {
      if (!(error instanceof CertificateFault) || searchLimits.has(error.error)) throw error
      worst = moreSpecific(worst, error)
    }
  }
  throw worst
}

function endAt(anchor: Anchor, path: readonly [Certificate, ...Certificate[]], search: Search): void {
  if (!sameBytes(path[0].issuer, anchor.subject)) throw new CertificateFault('UnknownIssuer')
  let key = anchor.publicKey
  for (const certificate of path) {
    search.signatures += 1
    if (search.signatures > mostSignatures) throw new CertificateFault('MaximumSignatureChecksExceeded')
    checkSignature(certificate, key)
    key = certificate.publicKey
  }
  checkNameConstraints(anchor.nameConstraints, path, search.comparisons)
  for (const [at, { extensions }] of path.slice(0, -1).entries()) checkNameConstraints(extensions.nameConstraints, path.slice(at + 1), search.comparisons)
}

function goOn(issuer: Certificate, path: readonly [Certificate, ...Certificate[]], search: Search): void {
  if (!sameBytes(issuer.subject, path[0].issuer)) throw new CertificateFault('UnknownIssuer')
  // A ring leads nowhere (RFC 4158 §5.2).
  if (path.some(({ publicKey, subject }) => sameBytes(publicKey, issuer.publicKey) && sameBytes(subject, issuer.subject))) throw new CertificateFault('UnknownIssuer')
  search.steps += 1
  if (search.steps > mostSteps) throw new CertificateFault('MaximumPathBuildCallsExceeded')
  follow([issuer, ...path], search)
}
