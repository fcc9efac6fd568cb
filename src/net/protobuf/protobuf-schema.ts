import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Root, Type } from 'protobufjs'
import { messageOf } from '../../base/errors.js'
import { readUnlessPipe } from '../../base/files/pipes.js'
import { withArticle } from '../../base/text/wording.js'

/** Bytes of one `.proto` file: a schema written by people stays far below. */
const largestFile = 1024 * 1024

async function textOf(path: string): Promise<string> {
  const { size } = await stat(path)
  if (size > largestFile) throw new Error(`${path} is larger than ${largestFile} bytes`)
  return (await readUnlessPipe(path)).toString('utf8')
}

/** Message types by their full name, from a pack's own descriptors. */
export interface ProtobufSchema {
  /** @throws Error when no such message is described */
  type(name: string): Type
}

function schemaOf(root: Root): ProtobufSchema {
  return {
    type(name) {
      try {
        return root.lookupType(name)
      } catch (error) {
        throw new Error(`unknown message ${name}`, { cause: error })
      }
    },
  }
}

/**
 * Reads `.proto` files into one schema. Field names stay as they are written. Of imports only Google's own common ones
 * are followed (`google/protobuf/struct.proto`); a file that needs another of the pack's is given together with it.
 *
 * @param files named relative to `folder`
 * @throws Error that names the file which is missing, too large or malformed
 */
export async function loadProtobufSchema(folder: string, files: readonly string[]): Promise<ProtobufSchema> {
  const { default: protobuf } = await import('protobufjs')
  const root = new protobuf.Root()
  const imported = new Set<string>()
  for (const file of files) {
    try {
      const { imports = [] } = protobuf.parse(await textOf(resolve(folder, file)), root, { keepCase: true })
      for (const name of imports) if (name.startsWith('google/protobuf/')) imported.add(name)
    } catch (error) {
      throw new Error(`${file}: ${messageOf(error)}`, { cause: error })
    }
  }
  for (const name of imported) {
    const common = protobuf.common.get(name)
    if (common?.nested === undefined) throw new Error(`${name} is not one of the known imports`)
    root.addJSON(common.nested)
  }
  try {
    root.resolveAll()
  } catch (error) {
    throw new Error(`${files.join(', ')}: ${messageOf(error)}`, { cause: error })
  }
  return schemaOf(root)
}

/** What the driver reads and writes 64-bit integers from, without losing digits. */
interface Bits64 {
  readonly low: number
  readonly high: number
  readonly unsigned: boolean
}

const widths: Readonly<Record<string, { readonly bits: number; readonly signed: boolean }>> = {
  int32: { bits: 32, signed: true },
  sint32: { bits: 32, signed: true },
  sfixed32: { bits: 32, signed: true },
  uint32: { bits: 32, signed: false },
  fixed32: { bits: 32, signed: false },
  int64: { bits: 64, signed: true },
  sint64: { bits: 64, signed: true },
  sfixed64: { bits: 64, signed: true },
  uint64: { bits: 64, signed: false },
  fixed64: { bits: 64, signed: false },
}

export function isIntegerType(type: string): boolean {
  return Object.hasOwn(widths, type)
}

function wholeOf(value: unknown): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value)
  throw new Error('expected a whole number (as text if it is beyond 2^53)')
}

/**
 * A whole number, or its decimal digits, for a protobuf integer field.
 *
 * @throws Error when it is not one, or the field's type cannot hold it
 */
export function integerFor(type: string, value: unknown): number | Bits64 {
  const { bits, signed } = widths[type] ?? { bits: 32, signed: true }
  const whole = wholeOf(value)
  const fitting = signed ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole)
  if (fitting !== whole) throw new Error(`the number does not fit ${type}`)
  if (bits === 32) return Number(whole)
  return { low: Number(BigInt.asIntN(32, whole)), high: Number(BigInt.asIntN(32, whole >> 32n)), unsigned: !signed }
}

/** A decoded integer: a number where JSON keeps it exact, else its digits as text. */
export function plainInteger(value: unknown): number | string {
  if (typeof value === 'number') return value
  const whole = BigInt(String(value))
  const number = Number(whole)
  return Number.isSafeInteger(number) ? number : whole.toString()
}

/**
 * `google.protobuf.Struct` stands for JSON, and so it is written and shown as JSON. These are the plain objects that
 * the driver encodes and decodes for it (google/protobuf/struct.proto).
 */
interface StructValue {
  readonly nullValue?: 0
  readonly numberValue?: number
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly structValue?: StructMessage
  readonly listValue?: { readonly values: readonly StructValue[] }
}

interface StructMessage {
  readonly fields: Readonly<Record<string, StructValue>>
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function valueOf(json: unknown): StructValue {
  if (json === null) return { nullValue: 0 }
  if (typeof json === 'number') return { numberValue: json }
  if (typeof json === 'string') return { stringValue: json }
  if (typeof json === 'boolean') return { boolValue: json }
  if (Array.isArray(json)) return { listValue: { values: json.map(valueOf) } }
  if (isRecord(json)) return { structValue: structOf(json) }
  throw new Error(`a Struct cannot hold ${withArticle(typeof json)}`)
}

/**
 * JSON as the driver's Struct.
 *
 * @throws Error when it is not an object of JSON values
 */
export function structOf(json: unknown): StructMessage {
  if (!isRecord(json)) throw new Error('a Struct must be a mapping')
  return { fields: Object.fromEntries(Object.entries(json).map(([name, value]) => [name, valueOf(value)])) }
}

function finiteOrText(number: unknown): unknown {
  return typeof number === 'number' && !Number.isFinite(number) ? String(number) : number
}

function jsonOfValue(value: unknown): unknown {
  if (!isRecord(value)) return null
  if (Object.hasOwn(value, 'stringValue')) return value['stringValue']
  if (Object.hasOwn(value, 'numberValue')) return finiteOrText(value['numberValue'])
  if (Object.hasOwn(value, 'boolValue')) return value['boolValue']
  if (Object.hasOwn(value, 'structValue')) return jsonOfStruct(value['structValue'])
  if (Object.hasOwn(value, 'listValue')) {
    const list = value['listValue']
    const values = isRecord(list) && Array.isArray(list['values']) ? list['values'] : []
    return values.map((element) => jsonOfValue(element))
  }
  return null
}

/**
 * A decoded Struct as JSON. A number that JSON cannot hold (NaN, Infinity) becomes its text. The driver bounds how deep
 * it nests.
 */
export function jsonOfStruct(struct: unknown): Record<string, unknown> {
  const fields = isRecord(struct) && isRecord(struct['fields']) ? struct['fields'] : {}
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, jsonOfValue(value)]))
}
