/**
 * The errors of webpki 0.101 that a server's certificate can meet, from the least to the most specific: of several ways
 * to an authority
 * that all fail, the last in this list is told.
 */
export const webpkiErrors = [
  'UnknownIssuer',
  'MaximumPathBuildCallsExceeded',
  'MaximumSignatureChecksExceeded',
  'MaximumNameConstraintComparisonsExceeded',
  'BadDer',
  'BadDerTime',
  'ExtensionValueInvalid',
  'MalformedExtensions',
  'MalformedNameConstraint',
  'MalformedDnsIdentifier',
  'MaximumPathDepthExceeded',
  'UnsupportedCertVersion',
  'UnsupportedCriticalExtension',
  'UnsupportedSignatureAlgorithm',
  'UnsupportedSignatureAlgorithmForPublicKey',
  'InvalidNetworkMaskConstraint',
  'InvalidCertValidity',
  'EndEntityUsedAsCa',
  'CaUsedAsEndEntity',
  'PathLenConstraintViolated',
  'NameConstraintViolation',
  'RequiredEkuNotFound',
  'SignatureAlgorithmMismatch',
  'InvalidSignatureForPublicKey',
  'CertNotValidForName',
  'CertNotValidYet',
  'CertExpired',
] as const
export type WebpkiError = (typeof webpkiErrors)[number]

/** Why a certificate is refused, in webpki's own word. */
export class CertificateFault extends Error {
  override readonly name = 'CertificateFault'

  constructor(readonly error: WebpkiError) {
    super(error)
  }
}

/** The one to tell of two; the first where they are equal. */
export function moreSpecific(one: CertificateFault, other: CertificateFault): CertificateFault {
  return webpkiErrors.indexOf(other.error) > webpkiErrors.indexOf(one.error) ? other : one
}

/** What ends the search for a way to an authority. */
export const searchLimits: ReadonlySet<WebpkiError> = new Set([
  'MaximumPathBuildCallsExceeded',
  'MaximumSignatureChecksExceeded',
  'MaximumNameConstraintComparisonsExceeded',
])
