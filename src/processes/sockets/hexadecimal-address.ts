import { endianness } from 'node:os'

/** An address as /proc/net/tcp writes it, words of 32 bits in the machine's own order, as people write it. */
export function addressOf(hexadecimal: string, order = endianness()): string {
  const words = hexadecimal.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => {
    const inOrder = (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))
    return order === 'LE' ? inOrder.reverse() : inOrder
  })
  return bytes.length === 4 ? bytes.join('.') : sixthVersion(bytes)
}

/** RFC 5952, by way of the URL parser; an IPv4 address in its mapped form as IPv4. */
function sixthVersion(bytes: readonly number[]): string {
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  if (isMapped) return bytes.slice(12).join('.')
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bytes[2 * index]! << 8) | bytes[2 * index + 1]!).toString(16),
  )
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
