import { randomBytes, randomUUID } from 'node:crypto'
import { type BusPayload, decodeBusPayload, emptyBusPayload, encodeBusPayload } from '../protobuf/bus-payload.js'
import { decodeEnvelope, encodeEnvelope } from '../protobuf/envelope.js'
import type { JsonObject } from '../protobuf/struct.js'

/** An envelope as the bus handles it, whatever the form on the wire. Absent text is empty. */
export interface BusEnvelope {
  readonly id: string
  readonly timestamp: Date
  readonly type: string
  readonly room: string
  readonly body: BusPayload
}

const startNanoseconds = process.hrtime.bigint() + BigInt(Date.now()) * 1_000_000n
let count = 0

/** `arq_<digits>_<n>_<hex>` */
export function newMessageId(): string {
  count += 1
  return `arq_${startNanoseconds}_${count}_${randomBytes(3).toString('hex')}`
}

export function newClientId(): string {
  return `arq_client_${randomUUID().replaceAll('-', '')}`
}

/** An envelope of the bus's own, sent now; an acknowledgement has the id of what it acknowledges. */
export function fromBus(type: string, body: Partial<BusPayload>, id = newMessageId()): BusEnvelope {
  return {
    id,
    timestamp: new Date(),
    type,
    room: '',
    body: { ...emptyBusPayload, ...body, envelopeId: id, envelopeType: type, version: '1.0', sender: 'arqonbus' },
  }
}

const headerNames = {
  channel: 'channel',
  sender: 'sender',
  version: 'version',
  envelopeType: 'envelope_type',
  requestId: 'request_id',
  status: 'status',
  error: 'error',
  errorCode: 'error_code',
  fromClient: 'from_client',
  toClient: 'to_client',
} as const

/** The binary form: an `arqon.v1.Envelope` whose data is the BusPayload, as a command or an event. */
export function toWire(envelope: BusEnvelope): Buffer {
  const headers = Object.entries(headerNames)
    .map(([field, header]) => [header, envelope.body[field as keyof typeof headerNames]] as const)
    .filter(([, value]) => value !== '')
  const isCommand = envelope.type === 'command'
  return encodeEnvelope({
    traceId: envelope.id,
    tenantId: '',
    roomId: envelope.room,
    timestamp: BigInt(envelope.timestamp.getTime()),
    twistId: '',
    headers: Object.fromEntries(headers),
    signature: new Uint8Array(),
    body: {
      kind: isCommand ? 'cmd' : 'event',
      content: {
        type: isCommand ? envelope.body.command || 'command' : envelope.type,
        data: encodeBusPayload(envelope.body),
      },
    },
  })
}

/** @throws ProtobufError */
export function fromWire(bytes: Uint8Array): BusEnvelope {
  const wire = decodeEnvelope(bytes)
  const content = wire.body?.kind === 'signal' ? undefined : wire.body?.content
  const payload = content === undefined ? emptyBusPayload : decodeBusPayload(content.data)
  const fallbackType =
    wire.headers['envelope_type'] ?? (wire.body?.kind === 'cmd' ? 'command' : content?.type || 'message')
  const command = payload.command || (wire.body?.kind === 'cmd' ? (content?.type ?? '') : '')
  return {
    id: wire.traceId || payload.envelopeId,
    timestamp: new Date(Number(wire.timestamp)),
    type: payload.envelopeType || fallbackType,
    room: wire.roomId,
    body: { ...payload, version: payload.version || (wire.headers['version'] ?? '1.0'), command },
  }
}

const jsonNames = { ...headerNames, command: 'command' } as const

/** The JSON form; what is empty is left out. */
export function toJson(envelope: BusEnvelope): string {
  const texts = Object.entries(jsonNames)
    .filter(([field]) => field !== 'envelopeType')
    .map(([field, name]) => [name, envelope.body[field as keyof typeof jsonNames]] as const)
    .filter(([, value]) => value !== '')
  const objects = (['payload', 'args', 'metadata'] as const)
    .map((name) => [name, envelope.body[name]] as const)
    .filter(([, value]) => Object.keys(value).length > 0)
  return JSON.stringify({
    id: envelope.id,
    timestamp: envelope.timestamp.toISOString(),
    type: envelope.type,
    ...(envelope.room === '' ? {} : { room: envelope.room }),
    ...Object.fromEntries([...texts, ...objects]),
  })
}

/** The form that the history of a room has: its content is there also when it is empty. */
export function toHistory(envelope: BusEnvelope): JsonObject {
  const { payload, args, metadata } = envelope.body
  return { ...(JSON.parse(toJson(envelope)) as JsonObject), payload, args, metadata }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '')
const asObject = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}

/** @throws SyntaxError when the text is not a JSON object */
export function fromJson(text: string): BusEnvelope {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SyntaxError('an envelope is a JSON object')
  const json = value as Record<string, unknown>
  const texts = Object.fromEntries(Object.entries(jsonNames).map(([field, name]) => [field, asText(json[name])]))
  const body: BusPayload = {
    ...emptyBusPayload,
    ...texts,
    payload: asObject(json['payload']),
    args: asObject(json['args']),
    metadata: asObject(json['metadata']),
  }
  return {
    id: asText(json['id']),
    timestamp: new Date(asText(json['timestamp'])),
    type: asText(json['type']),
    room: asText(json['room']),
    body: { ...body, envelopeType: asText(json['type']) },
  }
}

const envelopeTypes = ['message', 'command', 'response', 'error', 'telemetry', 'operator.join']

/** What is wrong with an envelope; empty when it is valid. */
export function envelopeProblems(envelope: BusEnvelope): string[] {
  const problems: string[] = []
  if (!/^arq_\d+_\d+_[0-9a-f]{6}$/i.test(envelope.id)) problems.push('id is not an arq_ identifier')
  if (Number.isNaN(envelope.timestamp.getTime())) problems.push('timestamp is not an ISO-8601 time')
  if (!envelopeTypes.includes(envelope.type)) problems.push('type is not a known type')
  if (envelope.body.version !== '1.0') problems.push('version is not 1.0')
  if (envelope.type === 'command' && envelope.body.command === '') problems.push('a command needs its name')
  return problems
}
