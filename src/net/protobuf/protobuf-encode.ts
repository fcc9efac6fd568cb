import type { Enum, Field, Type } from 'protobufjs'
import { messageOf } from '../../base/errors.js'
import { integerFor, isIntegerType, type ProtobufSchema, structOf } from './protobuf-schema.js'

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Even digits of hexadecimal as bytes. @throws Error when the text is anything else */
export function bytesOfHex(text: string): Buffer {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw new Error('not an even number of hexadecimal digits')
  return Buffer.from(text, 'hex')
}

function textField(value: unknown): string {
  if (typeof value !== 'string') throw new Error('expected text (quote it)')
  return value
}

function bytesField(value: unknown, schema: ProtobufSchema): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value, 'utf8')
  if (isRecord(value)) {
    const keys = Object.keys(value).sort().join(' ')
    if (keys === 'hex') return bytesOfHex(textField(value['hex']))
    if (keys === 'type value') return encodeMessage(schema, textField(value['type']), value['value'])
  }
  throw new Error('write bytes as text, as { hex: … }, or as { type: …, value: … } for a nested message')
}

function enumerationField(type: Enum, value: unknown): number {
  const number = typeof value === 'string' && Object.hasOwn(type.values, value) ? type.values[value] : value
  if (typeof number !== 'number' || type.valuesById[number] === undefined)
    throw new Error(`expected one of ${Object.keys(type.values).join(', ')}`)
  return number
}

function singleField(field: Field, value: unknown, schema: ProtobufSchema): unknown {
  const type = field.resolvedType
  if (type !== null) return 'values' in type ? enumerationField(type, value) : plainMessage(type, value, schema)
  if (isIntegerType(field.type)) return integerFor(field.type, value)
  if (field.type === 'string') return textField(value)
  if (field.type === 'bytes') return bytesField(value, schema)
  if (field.type === 'bool') {
    if (typeof value !== 'boolean') throw new Error('expected true or false')
    return value
  }
  if (typeof value !== 'number') throw new Error('expected a number')
  return value
}

function fieldOf(field: Field, value: unknown, schema: ProtobufSchema): unknown {
  if (field.map) {
    if (!('keyType' in field) || field.keyType !== 'string') throw new Error('only maps with string keys are supported')
    if (!isRecord(value)) throw new Error('expected a mapping')
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, singleField(field, element, schema)]))
  }
  if (field.repeated) {
    if (!Array.isArray(value)) throw new Error('expected a list')
    return value.map((element) => singleField(field, element, schema))
  }
  return singleField(field, value, schema)
}

function plainMessage(type: Type, value: unknown, schema: ProtobufSchema): Record<string, unknown> {
  if (type.fullName === '.google.protobuf.Struct') return { ...structOf(value) }
  if (!isRecord(value)) throw new Error(`${type.name} must be a mapping`)
  const message: Record<string, unknown> = {}
  for (const [name, given] of Object.entries(value)) {
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined
    if (field === undefined) throw new Error(`${type.name} has no field ${name}`)
    const other = field.partOf?.oneof.find((sibling) => sibling !== name && Object.hasOwn(value, sibling))
    if (other !== undefined) throw new Error(`only one of ${name} and ${other} can be set`)
    try {
      message[name] = fieldOf(field.resolve(), given, schema)
    } catch (error) {
      throw new Error(`${name}: ${messageOf(error)}`, { cause: error })
    }
  }
  return message
}

/**
 * Encodes a message from what a check's author writes: a mapping of the fields as they are named in the `.proto`.
 * Integers beyond 2^53 are written as text; bytes as text (its UTF-8), as `{ hex }`, or as `{ type, value }` for a
 * message inside; a `google.protobuf.Struct` as plain JSON.
 *
 * @throws Error that names the field which is unknown, doubled or of the wrong type
 */
export function encodeMessage(schema: ProtobufSchema, typeName: string, value: unknown): Buffer {
  const type = schema.type(typeName)
  return Buffer.from(type.encode(type.create(plainMessage(type, value, schema))).finish())
}
