function varint(value: bigint): Buffer {
  const bytes: number[] = []
  for (let left = BigInt.asUintN(64, value); ;) {
    const low = Number(left & 0x7fn)
    left >>= 7n
    if (left === 0n) {
      bytes.push(low)
      return Buffer.from(bytes)
    }
    bytes.push(low | 0x80)
  }
}

const tag = (number: number, wireType: number): Buffer => varint((BigInt(number) << 3n) | BigInt(wireType))

/** A varint field; with `always` also when it is zero, which proto3 leaves out. */
export function varintField(number: number, value: bigint, always = false): Buffer {
  return value === 0n && !always ? Buffer.alloc(0) : Buffer.concat([tag(number, 0), varint(value)])
}

/** A field with a length prefix, empty or not: a message inside a message. */
export function messageField(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([tag(number, 2), varint(BigInt(bytes.length)), bytes])
}

/** A bytes field; left out when empty, as proto3 does. */
export function bytesField(number: number, bytes: Uint8Array): Buffer {
  return bytes.length === 0 ? Buffer.alloc(0) : messageField(number, bytes)
}

/** A string field; left out when empty, as proto3 does. */
export function stringField(number: number, text: string): Buffer {
  return bytesField(number, Buffer.from(text, 'utf8'))
}

/** A double field, always written: inside a oneof a zero counts. */
export function doubleField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return Buffer.concat([tag(number, 1), bytes])
}
