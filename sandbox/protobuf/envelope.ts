import { bytesOf, readFields, stringOf, varintOf, type WireField } from './wire-reader.js'
import { bytesField, messageField, stringField, varintField } from './wire-writer.js'

interface TypedData {
  readonly type: string
  readonly data: Uint8Array
}

/** The one of `arqon.v1.Envelope`. A signal's type is its number: 0 unknown, 1 disconnect, 2 ban. */
export type EnvelopeBody =
  | { readonly kind: 'cmd' | 'event'; readonly content: TypedData }
  | { readonly kind: 'signal'; readonly content: { readonly type: bigint; readonly reason: string } }

/** `arqon.v1.Envelope`. The timestamp counts milliseconds since 1970. */
export interface WireEnvelope {
  readonly traceId: string
  readonly tenantId: string
  readonly roomId: string
  readonly timestamp: bigint
  readonly twistId: string
  readonly headers: Readonly<Record<string, string>>
  readonly signature: Uint8Array
  readonly body: EnvelopeBody | undefined
}

const bodyNumbers = { cmd: 20, event: 21, signal: 22 } as const

function encodeBody(body: EnvelopeBody | undefined): Buffer {
  if (body === undefined) return Buffer.alloc(0)
  const fields =
    body.kind === 'signal'
      ? [varintField(1, body.content.type), stringField(2, body.content.reason)]
      : [stringField(1, body.content.type), bytesField(2, body.content.data)]
  return messageField(bodyNumbers[body.kind], Buffer.concat(fields))
}

/** Encodes with the fields in ascending order. */
export function encodeEnvelope(envelope: WireEnvelope): Buffer {
  return Buffer.concat([
    stringField(1, envelope.traceId),
    stringField(2, envelope.tenantId),
    stringField(3, envelope.roomId),
    varintField(4, envelope.timestamp),
    stringField(5, envelope.twistId),
    ...Object.entries(envelope.headers).map(([name, value]) =>
      messageField(6, Buffer.concat([stringField(1, name), stringField(2, value)])),
    ),
    bytesField(10, envelope.signature),
    encodeBody(envelope.body),
  ])
}

function decodeHeader(bytes: Buffer): readonly [string, string] {
  let name = ''
  let value = ''
  for (const field of readFields(bytes)) {
    if (field.number === 1) name = stringOf(field)
    if (field.number === 2) value = stringOf(field)
  }
  return [name, value]
}

function decodeTypedData(kind: 'cmd' | 'event', bytes: Buffer): EnvelopeBody {
  let type = ''
  let data: Buffer = Buffer.alloc(0)
  for (const field of readFields(bytes)) {
    if (field.number === 1) type = stringOf(field)
    if (field.number === 2) data = bytesOf(field)
  }
  return { kind, content: { type, data } }
}

function decodeSignal(bytes: Buffer): EnvelopeBody {
  let type = 0n
  let reason = ''
  for (const field of readFields(bytes)) {
    if (field.number === 1) type = varintOf(field)
    if (field.number === 2) reason = stringOf(field)
  }
  return { kind: 'signal', content: { type, reason } }
}

function decodeBody(field: WireField): EnvelopeBody {
  if (field.number === bodyNumbers.signal) return decodeSignal(bytesOf(field))
  return decodeTypedData(field.number === bodyNumbers.cmd ? 'cmd' : 'event', bytesOf(field))
}

/**
 * Decodes as a strict reader does: a known field of another wire type is an error, an unknown one is skipped.
 * @throws ProtobufError
 */
export function decodeEnvelope(bytes: Uint8Array): WireEnvelope {
  const strings = new Map<number, string>()
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  let timestamp = 0n
  let signature: Uint8Array = Buffer.alloc(0)
  let body: EnvelopeBody | undefined
  for (const field of readFields(bytes)) {
    if ([1, 2, 3, 5].includes(field.number)) strings.set(field.number, stringOf(field))
    else if (field.number === 4) timestamp = BigInt.asIntN(64, varintOf(field))
    else if (field.number === 6) {
      const [name, value] = decodeHeader(bytesOf(field))
      headers[name] = value
    } else if (field.number === 10) signature = bytesOf(field)
    else if (field.number >= 20 && field.number <= 22) body = decodeBody(field)
  }
  const text = (number: number): string => strings.get(number) ?? ''
  return { traceId: text(1), tenantId: text(2), roomId: text(3), timestamp, twistId: text(5), headers, signature, body }
}
