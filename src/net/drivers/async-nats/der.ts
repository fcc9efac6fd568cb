/** One element: its tag, its content, and the bytes of both. */
interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  readonly bytes: Uint8Array
}

/** What webpki reads: no element is as long as this, in bytes. */
const tooLong = 0xffff

/**
 * Reads the elements of DER (X.690) one after the other, as strictly as webpki 0.101: tags of one byte, lengths in
 * their shortest form and below 64 KiB. Contents are read by a reader of their own, so nothing here recurses.
 *
 * @throws CertificateFault `BadDer` from every method, for bytes that are not DER
 */
export class DerReader {
  #at = 0

  constructor(readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.#at === this.bytes.length
  }

  /** Whether the next element has this tag. */
  isNext(tag: number): boolean {
    return this.bytes[this.#at] === tag
  }

  next(): DerElement {
    const start = this.#at
    const tag = this.#byte()
    if ((tag & 0x1f) === 0x1f) throw new CertificateFault('BadDer')
    const length = this.#length()
    const from = this.#at
    if (length >= tooLong || from + length > this.bytes.length) throw new CertificateFault('BadDer')
    this.#at = from + length
    return { tag, content: this.bytes.subarray(from, this.#at), bytes: this.bytes.subarray(start, this.#at) }
  }

  /** The content of the next element, which must have this tag. */
  take(tag: number): Uint8Array {
    const element = this.next()
    if (element.tag !== tag) throw new CertificateFault('BadDer')
    return element.content
  }

  /** BOOLEAN DEFAULT FALSE. */
  takeFlag(): boolean {
    if (!this.isNext(derTags.boolean)) return false
    const content = this.take(derTags.boolean)
    if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw new CertificateFault('BadDer')
    return content[0] === 0xff
  }

  /** An INTEGER from 0 to 255. */
  takeSmallNumber(): number {
    const content = this.take(derTags.integer)
    const [first = 0, second = 0] = content
    if (content.length === 1 && first < 0x80) return first
    if (content.length === 2 && first === 0 && second >= 0x80) return second
    throw new CertificateFault('BadDer')
  }

  /** A BIT STRING whose last byte is full. */
  takeBytes(): Uint8Array {
    const content = this.take(derTags.bitString)
    if (content[0] !== 0) throw new CertificateFault('BadDer')
    return content.subarray(1)
  }

  /** Says that nothing may follow. */
  finish(): void {
    if (!this.isAtEnd) throw new CertificateFault('BadDer')
  }

  #byte(): number {
    const byte = this.bytes[this.#at]
    if (byte === undefined) throw new CertificateFault('BadDer')
    this.#at += 1
    return byte
  }

  #length(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    const size = first & 0x7f
    if (size < 1 || size > 4) throw new CertificateFault('BadDer')
    let length = 0
    for (let read = 0; read < size; read += 1) length = length * 0x100 + this.#byte()
    const isShortest = size === 1 ? length >= 0x80 : length >= 0x100 ** (size - 1)
    if (!isShortest) throw new CertificateFault('BadDer')
    return length
  }
}

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  /** [0], [1] and [3], constructed. */
  zero: 0xa0,
  one: 0xa1,
  three: 0xa3,
} as const

/**
 * The errors of webpki 0.101 that a server's certificate can cause, from the least to the most specific: of several
 * ways to an authority that all fail, the last in this list is reported.
 */
const webpkiErrors = [
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

/** The one of two to report; the first where they are equal. */
export function moreSpecific(one: CertificateFault, other: CertificateFault): CertificateFault {
  return webpkiErrors.indexOf(other.error) > webpkiErrors.indexOf(one.error) ? other : one
}

/** What ends the search for a way to an authority. */
export const searchLimits: ReadonlySet<WebpkiError> = new Set([
  'MaximumPathBuildCallsExceeded',
  'MaximumSignatureChecksExceeded',
  'MaximumNameConstraintComparisonsExceeded',
])
