import { bytesOf, readFields, stringOf } from './wire-reader.js'
import { bytesField, messageField, stringField, varintField } from './wire-writer.js'

/** google.protobuf.FieldDescriptorProto.Type */
const types = { int64: 3n, string: 9n, message: 11n, bytes: 12n, enum: 14n } as const
const optional = 1n
const repeated = 3n

interface Field {
  readonly name: string
  readonly number: number
  readonly type: keyof typeof types
  readonly typeName?: string
  readonly label?: bigint
  readonly isOneOf?: boolean
}

function field(definition: Field): Buffer {
  return messageField(
    2,
    Buffer.concat([
      stringField(1, definition.name),
      varintField(3, BigInt(definition.number)),
      varintField(4, definition.label ?? optional),
      varintField(5, types[definition.type]),
      stringField(6, definition.typeName ?? ''),
      definition.isOneOf === true ? varintField(9, 0n, true) : Buffer.alloc(0),
    ]),
  )
}

function message(name: string, fields: readonly Field[], ...further: readonly Buffer[]): Buffer {
  return Buffer.concat([stringField(1, name), ...fields.map(field), ...further])
}

const isMapEntry = messageField(7, varintField(7, 1n))
const mapEntry = messageField(
  3,
  message(
    'HeadersEntry',
    [
      { name: 'key', number: 1, type: 'string' },
      { name: 'value', number: 2, type: 'string' },
    ],
    isMapEntry,
  ),
)
const oneOf = messageField(8, stringField(1, 'payload'))

const envelope = message(
  'Envelope',
  [
    { name: 'trace_id', number: 1, type: 'string' },
    { name: 'tenant_id', number: 2, type: 'string' },
    { name: 'room_id', number: 3, type: 'string' },
    { name: 'timestamp', number: 4, type: 'int64' },
    { name: 'twist_id', number: 5, type: 'string' },
    { name: 'headers', number: 6, type: 'message', typeName: '.arqon.v1.Envelope.HeadersEntry', label: repeated },
    { name: 'signature', number: 10, type: 'bytes' },
    { name: 'cmd', number: 20, type: 'message', typeName: '.arqon.v1.Command', isOneOf: true },
    { name: 'event', number: 21, type: 'message', typeName: '.arqon.v1.Event', isOneOf: true },
    { name: 'signal', number: 22, type: 'message', typeName: '.arqon.v1.SystemSignal', isOneOf: true },
  ],
  mapEntry,
  oneOf,
)

const typedData: readonly Field[] = [
  { name: 'type', number: 1, type: 'string' },
  { name: 'data', number: 2, type: 'bytes' },
]

const enumValue = (name: string, number: bigint): Buffer =>
  messageField(2, Buffer.concat([stringField(1, name), varintField(2, number, true)]))
const signalType = messageField(
  4,
  Buffer.concat([
    stringField(1, 'SignalType'),
    enumValue('UNKNOWN', 0n),
    enumValue('DISCONNECT', 1n),
    enumValue('BAN', 2n),
  ]),
)
const signal = message(
  'SystemSignal',
  [
    { name: 'type', number: 1, type: 'enum', typeName: '.arqon.v1.SystemSignal.SignalType' },
    { name: 'reason', number: 2, type: 'string' },
  ],
  signalType,
)

/** The bytes of `envelope.desc`: a FileDescriptorSet with the package `arqon.v1`, as Shield reads it at its start. */
export function envelopeDescriptorSet(): Buffer {
  const file = Buffer.concat([
    stringField(1, 'envelope.proto'),
    stringField(2, 'arqon.v1'),
    ...[envelope, message('Command', typedData), message('Event', typedData), signal].map((type) =>
      messageField(4, type),
    ),
    bytesField(12, Buffer.from('proto3')),
  ])
  return messageField(1, file)
}

/**
 * The full names of the top-level messages in a FileDescriptorSet.
 * @throws ProtobufError when the bytes are not a descriptor set
 */
export function messageNames(descriptorSet: Uint8Array): string[] {
  const names: string[] = []
  for (const file of readFields(descriptorSet).filter((part) => part.number === 1)) {
    const parts = readFields(bytesOf(file))
    const packageName = parts.find((part) => part.number === 2)
    for (const type of parts.filter((part) => part.number === 4)) {
      const name = readFields(bytesOf(type)).find((part) => part.number === 1)
      if (name !== undefined)
        names.push([...(packageName === undefined ? [] : [stringOf(packageName)]), stringOf(name)].join('.'))
    }
  }
  return names
}
