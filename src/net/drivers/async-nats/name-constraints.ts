import type { Certificate } from './x509-certificate.js'
import { DerReader, derTags, CertificateFault } from './der.js'
import { isIP } from 'node:net'

/** How many comparisons are made for one server, as in webpki. */
const mostComparisons = 250_000

export interface Comparisons {
  made: number
}

/**
 * Holds the names of certificates to the NameConstraints of an authority above them. The subject counts as a name;
 * constraints on directory names are not understood and refuse everything, as in webpki 0.101.
 *
 * @param below those that the authority is above, in any order
 * @throws CertificateFault
 */
export function checkNameConstraints(
  constraints: Uint8Array | undefined,
  below: readonly Certificate[],
  comparisons: Comparisons,
): void {
  if (constraints === undefined) return
  const reader = new DerReader(constraints)
  const permitted = reader.isNext(derTags.zero) ? reader.take(derTags.zero) : undefined
  const excluded = reader.isNext(derTags.one) ? reader.take(derTags.one) : undefined
  for (const certificate of below) {
    for (const name of [
      ...generalNames(certificate.extensions.subjectAlternativeName),
      { kind: 'directory' } as const,
    ]) {
      checkPermitted(name, permitted, comparisons)
      checkExcluded(name, excluded, comparisons)
    }
  }
  reader.finish()
}

function checkPermitted(name: GeneralName, subtrees: Uint8Array | undefined, comparisons: Comparisons): void {
  let isMatched = false
  let isMissed = false
  for (const base of basesOf(subtrees, comparisons)) {
    const answer = compare(name, base, false)
    if (answer === true) isMatched = true
    if (answer === false) isMissed = true
  }
  if (isMissed && !isMatched) throw new CertificateFault('NameConstraintViolation')
}

function checkExcluded(name: GeneralName, subtrees: Uint8Array | undefined, comparisons: Comparisons): void {
  for (const base of basesOf(subtrees, comparisons)) {
    if (compare(name, base, true) === true) throw new CertificateFault('NameConstraintViolation')
  }
}

function* basesOf(subtrees: Uint8Array | undefined, comparisons: Comparisons): Generator<GeneralName> {
  const reader = new DerReader(subtrees ?? new Uint8Array())
  while (!reader.isAtEnd) {
    comparisons.made += 1
    if (comparisons.made > mostComparisons) throw new CertificateFault('MaximumNameConstraintComparisonsExceeded')
    const subtree = new DerReader(reader.take(derTags.sequence))
    const base = readGeneralName(subtree)
    // Neither a minimum nor a maximum may follow (RFC 5280 §4.2.1.10).
    subtree.finish()
    yield base
  }
}

/** @returns `undefined` where the two are of different kinds */
function compare(name: GeneralName, base: GeneralName, ifDirectory: boolean): boolean | undefined {
  if (name.kind === 'dns' && base.kind === 'dns') return isWithin(name.text, base.text)
  if (name.kind === 'address' && base.kind === 'address') return isInNetwork(name.bytes, base.bytes)
  if (name.kind === 'directory' && base.kind === 'directory') return ifDirectory
  if (name.kind === 'other' && base.kind === 'other' && name.number === base.number)
    throw new CertificateFault('NameConstraintViolation')
  return undefined
}

/** @param network address and mask, one behind the other */
function isInNetwork(address: Uint8Array, network: Uint8Array): boolean {
  const size = address.length
  if (size !== 4 && size !== 16)
    throw new CertificateFault(
      network.length === 8 || network.length === 32 ? 'BadDer' : 'InvalidNetworkMaskConstraint',
    )
  if (network.length === (size === 4 ? 32 : 8)) return false
  if (network.length !== size * 2) throw new CertificateFault('InvalidNetworkMaskConstraint')
  let hasEnded = false
  for (const [at, byte] of address.entries()) {
    const mask = network[size + at]!
    // Ones, then zeros, over the whole mask.
    if (!/^1*0*$/.test(mask.toString(2).padStart(8, '0')) || (hasEnded && mask !== 0))
      throw new CertificateFault('InvalidNetworkMaskConstraint')
    if (mask !== 0xff) hasEnded = true
    if (((byte ^ network[at]!) & mask) !== 0) return false
  }
  return true
}

/** Who wrote the name: the certificate, the client, or an authority that constrains names. */
type Role = 'presented' | 'reference' | 'constraint'

const label = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/

/**
 * `is_valid_dns_id` of webpki 0.101: underscores are allowed, a wildcard is a whole first label with two or more behind
 * it.
 */
function isDnsName(text: string, role: Role): boolean {
  if (text.length > 253) return false
  if (text === '') return role === 'constraint'
  const isWildcard = role === 'presented' && text.startsWith('*')
  if (isWildcard && !text.startsWith('*.')) return false
  const labels = (isWildcard ? text.slice(2) : text).split('.')
  if (role === 'constraint' && labels.length > 1 && labels[0] === '') labels.shift()
  if (role === 'reference' && labels.length > 1 && labels.at(-1) === '') labels.pop()
  if (!labels.every((part) => label.test(part))) return false
  return !/^\d+$/.test(labels.at(-1)!) && (!isWildcard || labels.length >= 2)
}

/** Whether a client may ask for this name at all: `ServerName::try_from` of rustls 0.21. */
export function isServerName(host: string): boolean {
  return isDnsName(host, 'reference')
}

/** Whether the name of a certificate is the host's. One that is not a host name is passed over. */
export function namesHost(presented: string, host: string): boolean {
  return (
    isDnsName(presented, 'presented') &&
    isDnsName(host, 'reference') &&
    matches(presented.toLowerCase(), host.toLowerCase(), 'reference')
  )
}

/**
 * Whether the name of a certificate is within what an authority names.
 *
 * @throws CertificateFault for a name that is not a host name, on either side
 */
function isWithin(presented: string, constraint: string): boolean {
  if (!isDnsName(presented, 'presented')) throw new CertificateFault('MalformedDnsIdentifier')
  if (!isDnsName(constraint, 'constraint')) throw new CertificateFault('MalformedNameConstraint')
  return matches(presented.toLowerCase(), constraint.toLowerCase(), 'constraint')
}

function matches(presented: string, reference: string, role: Role): boolean {
  let left = presented
  let right = reference
  if (role === 'constraint' && left.length > right.length) {
    if (right === '') return true
    const dotted = right.startsWith('.') ? right : `.${right}`
    return left.endsWith(dotted)
  }
  if (left.startsWith('*')) {
    // At least one character of the host, up to its first dot.
    const dot = right.indexOf('.', 1)
    if (dot === -1) return false
    left = left.slice(1)
    right = right.slice(dot)
  }
  return left === right || (role === 'reference' && `${left}.` === right)
}

/** A name of a certificate, or what an authority limits names to. */
type GeneralName =
  | { readonly kind: 'dns'; readonly text: string }
  | { readonly kind: 'address'; readonly bytes: Uint8Array }
  | { readonly kind: 'directory' }
  /** Distinguished by their number alone. */
  | { readonly kind: 'other'; readonly number: number }

const others: ReadonlySet<number> = new Set([0xa0, 0x81, 0xa3, 0xa5, 0x86, 0x88])

/** @throws CertificateFault `BadDer` */
function readGeneralName(reader: DerReader): GeneralName {
  const { tag, content } = reader.next()
  if (tag === 0x82) return { kind: 'dns', text: Buffer.from(content).toString('latin1') }
  if (tag === 0x87) return { kind: 'address', bytes: content }
  if (tag === 0xa4) return { kind: 'directory' }
  if (others.has(tag)) return { kind: 'other', number: tag & 0x1f }
  throw new CertificateFault('BadDer')
}

/**
 * The names of a subjectAltName, one after the other: a reader that stops early does not get a later fault.
 *
 * @throws CertificateFault `BadDer`
 */
export function* generalNames(subjectAlternativeName: Uint8Array | undefined): Generator<GeneralName> {
  const reader = new DerReader(subjectAlternativeName ?? new Uint8Array())
  while (!reader.isAtEnd) yield readGeneralName(reader)
}

/** The bytes of an IP address, as certificates have them; `undefined` for what is not an IP address. */
export function addressBytes(host: string): Uint8Array | undefined {
  const family = isIP(host)
  if (family === 4) return Uint8Array.from(host.split('.').map(Number))
  if (family !== 6 || host.includes('%')) return undefined
  // The standard's serialisation: groups in hexadecimal, and at most one `::`.
  const [before = '', after] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::')
  const left = groupsOf(before)
  const right = groupsOf(after ?? '')
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
