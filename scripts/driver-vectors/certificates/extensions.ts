import { boolean, der, integer, objectIdentifier, sequence } from '../../../sandbox/servers/der.js'
import { extension } from './x509.js'

/**
 * A name of a certificate: `DNS:…`, `IP:` and the bytes in hexadecimal (of a network: address and mask), `email:…`,
 * `URI:…`, `dir`, `other`, or the bytes as they are.
 */
export type Name = string | Buffer

function generalName(name: Name): Buffer {
  if (typeof name !== 'string') return name
  const [kind = '', ...rest] = name.split(':')
  const text = rest.join(':')
  if (kind === 'DNS') return der(0x82, Buffer.from(text, 'latin1'))
  if (kind === 'email') return der(0x81, Buffer.from(text))
  if (kind === 'URI') return der(0x86, Buffer.from(text))
  if (kind === 'dir') return der(0xa4, sequence())
  if (kind === 'other')
    return der(0xa0, objectIdentifier('1.3.6.1.4.1.99999.1'), der(0xa0, der(0x0c, Buffer.from('x'))))
  return der(0x87, Buffer.from(text, 'hex'))
}

export const alternativeNames = (names: readonly Name[], isCritical = false): Buffer =>
  extension('2.5.29.17', sequence(...names.map(generalName)), isCritical)

/** @param length of the path below, where it is limited */
export const constraints = (isAuthority: boolean, length?: number): Buffer =>
  extension(
    '2.5.29.19',
    sequence(
      ...(isAuthority ? [boolean(true)] : []),
      ...(length === undefined ? [] : [integer(Buffer.from([length]))]),
    ),
    true,
  )

const purposes = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  code: '1.3.6.1.5.5.7.3.3',
  any: '2.5.29.37.0',
} as const

export const extendedUsage = (of: readonly (keyof typeof purposes)[], isCritical = false): Buffer =>
  extension('2.5.29.37', sequence(...of.map((purpose) => objectIdentifier(purposes[purpose]))), isCritical)

/** Bits from the first, `digitalSignature`, on: `10000000`; `00000100` is keyCertSign. */
export const keyUsage = (bits: string): Buffer => {
  const byte = Number.parseInt(bits, 2)
  const unused = /0*$/.exec(bits)![0].length
  return extension('2.5.29.15', der(0x03, Buffer.from([unused, byte])), true)
}

export function nameConstraints(permitted: readonly Name[], excluded: readonly Name[] = []): Buffer {
  const subtrees = (tag: number, names: readonly Name[]) =>
    names.length === 0 ? [] : [der(tag, ...names.map((name) => sequence(generalName(name))))]
  return extension('2.5.29.30', sequence(...subtrees(0xa0, permitted), ...subtrees(0xa1, excluded)), true)
}
