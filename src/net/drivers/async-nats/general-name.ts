import { isIP } from 'node:net'
import { DerReader } from './der.js'
import { CertificateFault } from './certificate-fault.js'

/** A name of a certificate, or what an authority limits names to. */
export type GeneralName =
  | { readonly kind: 'dns'; readonly text: string }
  | { readonly kind: 'address'; readonly bytes: Uint8Array }
  | { readonly kind: 'directory' }
  /** Told apart by their number alone. */
  | { readonly kind: 'other'; readonly number: number }

const others: ReadonlySet<number> = new Set([0xa0, 0x81, 0xa3, 0xa5, 0x86, 0x88])

/** @throws CertificateFault `BadDer` */
export function readGeneralName(reader: DerReader): GeneralName {
  const { tag, content } = reader.next()
  if (tag === 0x82) return { kind: 'dns', text: Buffer.from(content).toString('latin1') }
  if (tag === 0x87) return { kind: 'address', bytes: content }
  if (tag === 0xa4) return { kind: 'directory' }
  if (others.has(tag)) return { kind: 'other', number: tag & 0x1f }
  throw new CertificateFault('BadDer')
}

/**
 * The names of a subjectAltName, one after the other: whoever stops early never meets a fault behind.
 *
 * @throws CertificateFault `BadDer`
 */
export function* namesOf(subjectAlternativeName: Uint8Array | undefined): Generator<GeneralName> {
  const reader = new DerReader(subjectAlternativeName ?? new Uint8Array())
  while (!reader.isAtEnd) yield readGeneralName(reader)
}

/** The bytes of an IP address, as certificates have them; `undefined` for what is none. */
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
