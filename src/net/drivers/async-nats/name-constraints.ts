import type { Certificate } from './certificate.js'
import { DerReader, derTags } from './der.js'
import { isWithin } from './dns-name.js'
import { CertificateFault } from './certificate-fault.js'
import { namesOf, readGeneralName, type GeneralName } from './general-name.js'

/** How many comparisons are made for one server, as in webpki. */
const mostComparisons = 250_000

export interface Comparisons {
  made: number
}

/**
 * Holds the names of certificates to the NameConstraints of an authority above them. The subject counts as a name;
 * constraints on
 * directory names are not understood and refuse everything, as in webpki 0.101.
 *
 * @param below those that the authority stands above, in any order
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
    for (const name of [...namesOf(certificate.extensions.subjectAlternativeName), { kind: 'directory' } as const]) {
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
