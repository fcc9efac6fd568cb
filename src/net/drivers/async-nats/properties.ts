import type { Certificate } from './certificate.js'
import { DerReader, derTags } from './der.js'
import { CertificateFault } from './certificate-fault.js'

/** id-kp-serverAuth, 1.3.6.1.5.5.7.3.1. */
const serverAuthentication = '2b06010505070301'

/**
 * What webpki asks of a certificate by itself: its dates, whether it is an authority, and what its key may be used for.
 *
 * @param authorities how many certificates of authorities stand below it on the way to the server's; `undefined` for
 *   the server's own
 * @throws CertificateFault
 */
export function checkProperties(
  { validity, extensions }: Certificate,
  authorities: number | undefined,
  now: Date,
): void {
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
