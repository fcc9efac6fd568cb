import { CertificateFault } from './certificate-fault.js'

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

/** Whether the name of a certificate is the host's. One that is none is passed over. */
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
 * @throws CertificateFault for a name that is none, on either side
 */
export function isWithin(presented: string, constraint: string): boolean {
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
