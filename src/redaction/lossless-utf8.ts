import { isUtf8 } from 'node:buffer'

/** Bytes that are not UTF-8 become lone low surrogates, which no UTF-8 can hold: U+DC80 to U+DCFF (as PEP 383 does). */
const ESCAPED = 0xdc00

/** A byte that is not UTF-8, as it is in a text that `LosslessDecoder` made. */
export function escapedByte(byte: number): string {
  return String.fromCharCode(ESCAPED + byte)
}

/** How many bytes the sequence has that this byte begins, or 0 for none (RFC 3629). */
function expectedLength(lead: number): number {
  if (lead < 0x80) return 1
  if (lead >= 0xc2 && lead <= 0xdf) return 2
  if (lead >= 0xe0 && lead <= 0xef) return 3
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
}

/** How many bytes at the end may be the beginning of a sequence that goes on in the next chunk. */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) !== 0x80) return expectedLength(byte) > back ? back : 0
  }
  return 0
}

/**
 * Reads bytes of any kind as a text, out of which `losslessBytes` makes the same bytes again; however they were split.
 */
export class LosslessDecoder {
  /** Whether any byte was not UTF-8. */
  hasEscaped = false
  #carried = Buffer.alloc(0)

  write(chunk: Buffer): string {
    const bytes = this.#carried.length === 0 ? chunk : Buffer.concat([this.#carried, chunk])
    const end = bytes.length - incompleteTail(bytes)
    this.#carried = Buffer.from(bytes.subarray(end))
    return this.#text(bytes.subarray(0, end))
  }

  end(): string {
    return this.#text(this.#carried)
  }

  #text(bytes: Buffer): string {
    if (isUtf8(bytes)) return bytes.toString('utf8')
    this.hasEscaped = true
    const parts: string[] = []
    let from = 0
    for (let at = 0; at < bytes.length;) {
      const length = expectedLength(bytes[at]!)
      if (length === 1 || (length > 1 && at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)))) {
        at += length
        continue
      }
      parts.push(bytes.toString('utf8', from, at), escapedByte(bytes[at]!))
      from = ++at
    }
    parts.push(bytes.toString('utf8', from))
    return parts.join('')
  }
}

const ESCAPED_BYTE = /(?<![\ud800-\udbff])[\udc80-\udcff]/g

/** The bytes of a text that `LosslessDecoder` made. */
export function losslessBytes(text: string): Buffer {
  const parts: Buffer[] = []
  let from = 0
  for (const { index } of text.matchAll(ESCAPED_BYTE)) {
    parts.push(Buffer.from(text.slice(from, index), 'utf8'), Buffer.from([text.charCodeAt(index) - ESCAPED]))
    from = index + 1
  }
  return parts.length === 0
    ? Buffer.from(text, 'utf8')
    : Buffer.concat([...parts, Buffer.from(text.slice(from), 'utf8')])
}
