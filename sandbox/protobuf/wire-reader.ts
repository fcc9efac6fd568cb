/** A byte string that is not a protobuf message, or not one of the expected type. */
export class ProtobufError extends Error {
  readonly code = 'SANDBOX_PROTOBUF'

  constructor(message: string) {
    super(message)
    this.name = 'ProtobufError'
  }
}

/** One field as it is on the wire. Varints are unsigned 64-bit; 32- and 64-bit fields are given as their bytes. */
export type WireField =
  | { readonly number: number; readonly type: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly type: 'bytes' | 'fixed32' | 'fixed64'; readonly value: Buffer }

interface Cursor {
  readonly bytes: Buffer
  offset: number
}

function readVarint(cursor: Cursor): bigint {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.bytes[cursor.offset]
    if (byte === undefined) throw new ProtobufError('the message ends inside a varint')
    cursor.offset += 1
    value |= BigInt(byte & 0x7f) << shift
    if ((byte & 0x80) === 0) return BigInt.asUintN(64, value)
  }
  throw new ProtobufError('a varint is longer than ten bytes')
}

function take(cursor: Cursor, length: number): Buffer {
  const end = cursor.offset + length
  if (end > cursor.bytes.length) throw new ProtobufError('the message ends inside a field')
  const slice = cursor.bytes.subarray(cursor.offset, end)
  cursor.offset = end
  return slice
}

/**
 * The fields of a message in their order on the wire (protobuf encoding, wire types 0, 1, 2 and 5; groups are refused,
 * proto3 has none).
 * @throws ProtobufError
 */
export function readFields(message: Uint8Array): WireField[] {
  const cursor: Cursor = { bytes: Buffer.from(message), offset: 0 }
  const fields: WireField[] = []
  while (cursor.offset < cursor.bytes.length) {
    const tag = readVarint(cursor)
    const number = Number(tag >> 3n)
    if (number < 1 || number > 0x1fff_ffff) throw new ProtobufError(`invalid field number ${number}`)
    switch (Number(tag & 7n)) {
      case 0:
        fields.push({ number, type: 'varint', value: readVarint(cursor) })
        break
      case 1:
        fields.push({ number, type: 'fixed64', value: take(cursor, 8) })
        break
      case 2:
        fields.push({ number, type: 'bytes', value: take(cursor, Number(readVarint(cursor))) })
        break
      case 5:
        fields.push({ number, type: 'fixed32', value: take(cursor, 4) })
        break
      default:
        throw new ProtobufError(`field ${number} has a wire type that proto3 does not know`)
    }
  }
  return fields
}

/** @throws ProtobufError when the field is not a varint */
export function varintOf(field: WireField): bigint {
  if (field.type !== 'varint') throw new ProtobufError(`field ${field.number} is not a varint`)
  return field.value
}

/** @throws ProtobufError when the field has no length prefix */
export function bytesOf(field: WireField): Buffer {
  if (field.type !== 'bytes') throw new ProtobufError(`field ${field.number} has no length prefix`)
  return field.value
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @throws ProtobufError when the field has no length prefix or is not UTF-8, as proto3 demands of a string */
export function stringOf(field: WireField): string {
  const bytes = bytesOf(field)
  try {
    return utf8.decode(bytes)
  } catch {
    throw new ProtobufError(`field ${field.number} is not UTF-8`)
  }
}

/** @throws ProtobufError when the field is not eight bytes wide */
export function doubleOf(field: WireField): number {
  if (field.type !== 'fixed64') throw new ProtobufError(`field ${field.number} is not 64 bits wide`)
  return field.value.readDoubleLE(0)
}
