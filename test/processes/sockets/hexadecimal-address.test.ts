import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf } from '../../../src/processes/sockets/listening-sockets.js'

/** As the kernel prints it: each word of four bytes as a number of the machine's own order. */
function printed(bytes: readonly number[], order: 'LE' | 'BE'): string {
  const view = Buffer.from(bytes)
  const words = Array.from({ length: bytes.length / 4 }, (_, word) =>
    order === 'LE' ? view.readUInt32LE(4 * word) : view.readUInt32BE(4 * word),
  )
  return words.map((word) => word.toString(16).toUpperCase().padStart(8, '0')).join('')
}

const byte = fc.integer({ min: 0, max: 255 })
const order = fc.constantFrom<('LE' | 'BE')[]>('LE', 'BE')

describe('addressOf', () => {
  it('reads what the kernel prints', () => {
    expect(addressOf('0100007F', 'LE')).toBe('127.0.0.1')
    expect(addressOf('7F000001', 'BE')).toBe('127.0.0.1')
    expect(addressOf('00000000000000000000000000000000', 'LE')).toBe('::')
    expect(addressOf('00000000000000000000000001000000', 'LE')).toBe('::1')
    expect(addressOf('0000000000000000FFFF00000100007F', 'LE')).toBe('127.0.0.1')
    expect(addressOf('B80D0120000000000000000001000000', 'LE')).toBe('2001:db8::1')
  })

  it('gives back every IPv4 address', () => {
    fc.assert(
      fc.property(fc.array(byte, { minLength: 4, maxLength: 4 }), order, (bytes, given) => {
        expect(addressOf(printed(bytes, given), given)).toBe(bytes.join('.'))
      }),
    )
  })

  it('gives back every IPv6 address', () => {
    fc.assert(
      fc.property(fc.array(byte, { minLength: 16, maxLength: 16 }), order, (bytes, given) => {
        fc.pre(bytes[10] !== 0xff)
        const address = addressOf(printed(bytes, given), given)
        expect(isIPv6(address)).toBe(true)
        const groups = Array.from({ length: 8 }, (_, group) =>
          (256 * bytes[2 * group]! + bytes[2 * group + 1]!).toString(16),
        ).join(':')
        expect(new URL(`http://[${address}]`).hostname).toBe(new URL(`http://[${groups}]`).hostname)
      }),
    )
  })
})
