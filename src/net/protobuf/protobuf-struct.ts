/**
 * `google.protobuf.Struct` stands for JSON, and so it is written and shown as JSON. These are the plain objects that
 * the
 * driver encodes and decodes for it (google/protobuf/struct.proto).
 */
export interface StructValue {
  readonly nullValue?: 0
  readonly numberValue?: number
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly structValue?: StructMessage
  readonly listValue?: { readonly values: readonly StructValue[] }
}

export interface StructMessage {
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
  throw new Error(`a Struct cannot hold a ${typeof json}`)
}

/**
 * JSON as the driver's Struct.
 *
 * @throws Error when it is not an object of JSON values
 */
export function structOf(json: unknown): StructMessage {
  if (!isRecord(json)) throw new Error('a Struct is written as a mapping')
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
