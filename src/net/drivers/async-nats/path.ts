import { readCertificate, sameBytes, type Certificate } from './x509-certificate.js'
import { CertificateFault, moreSpecific, searchLimits, DerReader, derTags } from './der.js'
import { checkNameConstraints, type Comparisons } from './name-constraints.js'
import { checkSignature } from './certificate-signature.js'

/**
 * What webpki keeps of a certificate that is trusted: neither its dates nor its usage, nor whether it is an authority.
 */
export interface Anchor {
  readonly subject: Uint8Array
  readonly publicKey: Uint8Array
  readonly nameConstraints: Uint8Array | undefined
}

interface Search {
  readonly anchors: readonly Anchor[]
  readonly intermediates: readonly Certificate[]
  /** What was wrong with those that could not be read. */
  readonly unreadable: readonly CertificateFault[]
  readonly now: Date
  readonly comparisons: Comparisons
  signatures: number
  steps: number
}

/** Certificates of authorities between the server's and the one that is trusted. */
const mostAuthorities = 6

/** webpki checks as many signatures; it takes more steps, which only a chain made to waste time comes to. */
const mostSignatures = 100

const mostSteps = 1000

/**
 * Looks for a way from the server's certificate to one that is trusted, over those that the server sent besides (webpki
 * 0.101).
 *
 * @throws CertificateFault the most specific of those found
 */
export function findPath(
  leaf: Certificate,
  intermediates: readonly Uint8Array[],
  anchors: readonly Anchor[],
  now: Date,
): void {
  follow([leaf], { anchors, ...readAll(intermediates), now, comparisons: { made: 0 }, signatures: 0, steps: 0 })
}

function readAll(certificates: readonly Uint8Array[]): Pick<Search, 'intermediates' | 'unreadable'> {
  const intermediates: Certificate[] = []
  const unreadable: CertificateFault[] = []
  for (const bytes of certificates) {
    try {
      intermediates.push(readCertificate(bytes))
    } catch (error) {
      if (!(error instanceof CertificateFault)) throw error
      unreadable.push(error)
    }
  }
  return { intermediates, unreadable }
}

/** @param path from the one looked at down to the server's */
function follow(path: readonly [Certificate, ...Certificate[]], search: Search): void {
  const [top, ...below] = path
  checkProperties(top, below.length === 0 ? undefined : below.length - 1, search.now)
  if (below.length > mostAuthorities) throw new CertificateFault('MaximumPathDepthExceeded')
  let worst = search.unreadable.reduce(moreSpecific, new CertificateFault('UnknownIssuer'))
  for (const attempt of attemptsFrom(path, search)) {
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

/** Those that are trusted come first. */
function attemptsFrom(path: readonly [Certificate, ...Certificate[]], search: Search): readonly (() => void)[] {
  const { issuer } = path[0]
  const ends = search.anchors.filter(({ subject }) => sameBytes(subject, issuer))
  // A ring leads nowhere (RFC 4158 §5.2).
  const next = search.intermediates.filter(
    (one) =>
      sameBytes(one.subject, issuer) &&
      !path.some(({ publicKey, subject }) => sameBytes(publicKey, one.publicKey) && sameBytes(subject, one.subject)),
  )
  return [
    ...ends.map((anchor) => () => endAt(anchor, path, search)),
    ...next.map((one) => () => goOn(one, path, search)),
  ]
}

function endAt(anchor: Anchor, path: readonly Certificate[], search: Search): void {
  let key = anchor.publicKey
  for (const certificate of path) {
    search.signatures += 1
    if (search.signatures > mostSignatures) throw new CertificateFault('MaximumSignatureChecksExceeded')
    checkSignature(certificate, key)
    key = certificate.publicKey
  }
  checkNameConstraints(anchor.nameConstraints, path, search.comparisons)
  for (const [at, { extensions }] of path.slice(0, -1).entries())
    checkNameConstraints(extensions.nameConstraints, path.slice(at + 1), search.comparisons)
}

function goOn(issuer: Certificate, path: readonly [Certificate, ...Certificate[]], search: Search): void {
  search.steps += 1
  if (search.steps > mostSteps) throw new CertificateFault('MaximumPathBuildCallsExceeded')
  follow([issuer, ...path], search)
}

/** id-kp-serverAuth, 1.3.6.1.5.5.7.3.1. */
const serverAuthentication = '2b06010505070301'

/**
 * What webpki asks of a certificate by itself: its dates, whether it is an authority, and what its key may be used for.
 *
 * @param authorities how many certificates of authorities are below it on the way to the server's; `undefined` for
 *   the server's own
 * @throws CertificateFault
 */
function checkProperties({ validity, extensions }: Certificate, authorities: number | undefined, now: Date): void {
  checkDates(validity, now)
  checkBasicConstraints(extensions.basicConstraints, authorities)
  checkUsage(extensions.extendedKeyUsage)
}

function checkDates(validity: Uint8Array, now: Date): void {
  const reader = new DerReader(validity)
  const from = readTime(reader)
  const to = readTime(reader)
  if (from > to) throw new CertificateFault('InvalidCertValidity')
  if (now.getTime() < from) throw new CertificateFault('CertNotValidYet')
  if (now.getTime() > to + 999) throw new CertificateFault('CertExpired')
  reader.finish()
}

/** @returns milliseconds since 1970 */
function readTime(reader: DerReader): number {
  const isShort = reader.isNext(derTags.utcTime)
  const text = Buffer.from(reader.take(isShort ? derTags.utcTime : derTags.generalizedTime)).toString('latin1')
  const century = isShort ? (text < '50' ? '20' : '19') : ''
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + text) ?? []
  const [year, month, day, hour, minute, second] = parts
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const moment = Date.parse(written)
  // A date that does not exist is none, or becomes another.
  if (Number.isNaN(moment) || moment < 0 || new Date(moment).toISOString() !== written)
    throw new CertificateFault('BadDerTime')
  return moment
}

function checkBasicConstraints(content: Uint8Array | undefined, authorities: number | undefined): void {
  const reader = new DerReader(content ?? new Uint8Array())
  const isAuthority = reader.takeFlag()
  const most = reader.isAtEnd ? undefined : reader.takeSmallNumber()
  if (authorities === undefined && isAuthority) throw new CertificateFault('CaUsedAsEndEntity')
  if (authorities !== undefined && !isAuthority) throw new CertificateFault('EndEntityUsedAsCa')
  if (authorities !== undefined && most !== undefined && authorities > most)
    throw new CertificateFault('PathLenConstraintViolated')
  reader.finish()
}

function checkUsage(content: Uint8Array | undefined): void {
  if (content === undefined) return
  const reader = new DerReader(content)
  // `anyExtendedKeyUsage` is one like any other.
  while (Buffer.from(reader.take(derTags.objectIdentifier)).toString('hex') !== serverAuthentication) {
    if (reader.isAtEnd) throw new CertificateFault('RequiredEkuNotFound')
  }
}
