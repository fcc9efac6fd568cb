import { bytesOf, doubleOf, ProtobufError, readFields, stringOf, varintOf, type WireField } from './wire-reader.js'
import { doubleField, messageField, stringField, varintField } from './wire-writer.js'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** google.protobuf.Value: null 1, number 2, string 3, bool 4, struct 5, list 6. */
function encodeValue(value: JsonValue): Buffer {
  if (value === null) return varintField(1, 0n, true)
  if (typeof value === 'number') return doubleField(2, value)
  if (typeof value === 'string') return messageField(3, Buffer.from(value, 'utf8'))
  if (typeof value === 'boolean') return varintField(4, value ? 1n : 0n, true)
  if (Array.isArray(value))
    return messageField(
      6,
      Buffer.concat((value as readonly JsonValue[]).map((item) => messageField(1, encodeValue(item)))),
    )
  return messageField(5, encodeStruct(value as JsonObject))
}

/** A JSON object as google.protobuf.Struct. */
export function encodeStruct(object: JsonObject): Buffer {
  return Buffer.concat(
    Object.entries(object).map(([name, value]) =>
      messageField(1, Buffer.concat([stringField(1, name), messageField(2, encodeValue(value))])),
    ),
  )
}

function decodeValueField(field: WireField): JsonValue {
  switch (field.number) {
    case 1:
      varintOf(field)
      return null
    case 2:
      return doubleOf(field)
    case 3:
      return stringOf(field)
    case 4:
      return varintOf(field) !== 0n
    case 5:
      return decodeStruct(bytesOf(field))
    case 6:
      return readFields(bytesOf(field)).map((item) => decodeValue(bytesOf(item)))
    default:
      throw new ProtobufError(`google.protobuf.Value has no field ${field.number}`)
  }
}

function decodeValue(bytes: Buffer): JsonValue {
  const last = readFields(bytes).at(-1)
  return last === undefined ? null : decodeValueField(last)
}

/**
 * google.protobuf.Struct as a JSON object.
 * @throws ProtobufError
 */
export function decodeStruct(bytes: Uint8Array): JsonObject {
  const object = Object.create(null) as Record<string, JsonValue>
  for (const field of readFields(bytes)) {
    if (field.number !== 1) continue
    const entry = readFields(bytesOf(field))
    const name = entry.find((part) => part.number === 1)
    const value = entry.find((part) => part.number === 2)
    object[name === undefined ? '' : stringOf(name)] = value === undefined ? null : decodeValue(bytesOf(value))
  }
  return object
}
