import type { Enum, Field, Type } from 'protobufjs'
import { isIntegerType, plainInteger, type ProtobufSchema, jsonOfStruct } from './protobuf-schema.js'

/** Which bytes hold a message themselves: the dotted path of the field, and the full name of the message. */
type MessagesInside = Readonly<Record<string, string>>

/** How deep unset messages are filled in, which ends a type that holds itself. */
const deepestDefault = 8

interface Place {
  readonly schema: ProtobufSchema
  readonly inside: MessagesInside
  readonly path: string
  readonly depth: number
}

function plainBytes(value: unknown, place: Place): unknown {
  const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(0)
  const inner = Object.hasOwn(place.inside, place.path) ? place.inside[place.path] : undefined
  if (inner === undefined) return { hex: bytes.toString('hex'), text: bytes.toString('utf8') }
  const type = place.schema.type(inner)
  return plainMessage(type, type.decode(bytes), { ...place, depth: place.depth + 1 })
}

function plainEnumeration(type: Enum, value: unknown): string {
  const number = typeof value === 'number' ? value : 0
  return type.valuesById[number] ?? String(number)
}

function plainNumber(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

function plainSingle(field: Field, value: unknown, place: Place): unknown {
  const type = field.resolvedType
  if (type !== null)
    return 'values' in type
      ? plainEnumeration(type, value)
      : plainMessage(type, value, { ...place, depth: place.depth + 1 })
  if (isIntegerType(field.type)) return plainInteger(value ?? 0)
  if (field.type === 'bytes') return plainBytes(value, place)
  if (field.type === 'bool') return value === true
  if (field.type === 'string') return value ?? ''
  return plainNumber(value ?? 0)
}

function plainField(field: Field, value: unknown, place: Place): unknown {
  if (field.map) {
    const entries = Object.entries((value ?? {}) as Record<string, unknown>)
    return Object.fromEntries(entries.map(([key, element]) => [key, plainSingle(field, element, place)]))
  }
  if (field.repeated) return ((value ?? []) as unknown[]).map((element) => plainSingle(field, element, place))
  return plainSingle(field, value, place)
}

function plainMessage(type: Type, value: unknown, place: Place): Record<string, unknown> {
  if (type.fullName === '.google.protobuf.Struct') return jsonOfStruct(value)
  if (place.depth > deepestDefault && (value === undefined || value === null)) return {}
  const message = (value ?? {}) as Record<string, unknown>
  const set = (name: string): boolean => Object.hasOwn(message, name)
  const plain: Record<string, unknown> = {}
  for (const field of type.fieldsArray) {
    const path = place.path === '' ? field.name : `${place.path}.${field.name}`
    plain[field.name] = plainField(field.resolve(), set(field.name) ? message[field.name] : undefined, {
      ...place,
      path,
    })
  }
  for (const oneof of type.oneofsArray) plain[oneof.name] = oneof.oneof.find(set) ?? ''
  return plain
}

/**
 * Decodes a message into plain values that expressions can walk without asking first: as in CEL's own protobuf
 * semantics an unset field has its default, also where it is a message, and of a oneof the member that is set is named
 * under the oneof's own name. Integers beyond 2^53 are text; bytes are `{ hex, text }`, or a message where `inside`
 * says so.
 *
 * @throws Error when the bytes are not such a message
 */
export function decodeMessage(
  schema: ProtobufSchema,
  typeName: string,
  bytes: Uint8Array,
  inside: MessagesInside = {},
): Record<string, unknown> {
  const type = schema.type(typeName)
  return plainMessage(type, type.decode(bytes), { schema, inside, path: '', depth: 0 })
}
