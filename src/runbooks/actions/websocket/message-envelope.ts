import { createHash } from 'node:crypto'
import { z } from 'zod'
import { pathText, textWithoutNul } from '../../../base/text/terminal-text.js'
import { credential, durationInput } from '../../../net/credential.js'
import { headersInput, readJson } from '../../../net/http/web-facts.js'
import { tokenInput } from '../../../net/http/token.js'
import { holdsNul } from '../effect/approach.js'
import { decodeMessage } from '../../../net/protobuf/protobuf-decode.js'
import type { ProtobufSchema } from '../../../net/protobuf/protobuf-schema.js'
import type { WebSocketFrame } from '../../../net/websocket/websocket-session.js'

type Mapping = Record<string, unknown>

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a dotted path, own properties only. */
function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value
  let current = value
  for (const name of path.split('.')) {
    if (!isMapping(current) || !Object.hasOwn(current, name)) return undefined
    current = current[name]
  }
  return current
}

/**
 * A copy with a value put where a dotted path ends, and mappings on the way to it. @throws Error when something else
 * is in the way
 */
function withValueAt(value: unknown, path: string, put: unknown, above = ''): Mapping {
  const [name = '', ...rest] = path.split('.')
  if (value !== undefined && !isMapping(value)) throw new Error(`cannot set ${above}${path} of the envelope`)
  const mapping = value ?? {}
  const below = Object.hasOwn(mapping, name) ? mapping[name] : undefined
  return { ...mapping, [name]: rest.length === 0 ? put : withValueAt(below, rest.join('.'), put, `${above}${name}.`) }
}

function filledIn(envelope: Mapping, places: readonly string[], value: unknown): Mapping {
  return places.reduce(
    (filled, place) => (valueAt(filled, place) === undefined ? withValueAt(filled, place, value) : filled),
    envelope,
  )
}

/**
 * An identifier of the form `arq_<digits>_<n>_<hex>`, the same for each attempt of a step, so that a peer that
 * remembers what it has seen can recognise a repetition.
 */
function identifierFor(idempotencyKey: string): string {
  const digest = createHash('sha256').update(idempotencyKey).digest()
  return `arq_${digest.readBigUInt64BE(0).toString().padStart(19, '0').slice(0, 19)}_1_${digest.subarray(8, 11).toString('hex')}`
}

interface Correlated {
  readonly envelope: Mapping
  /** What the answer must refer to. */
  readonly id: string
}

/**
 * An envelope with its identifier and time put in where they are missing. An identifier that the author gives at the
 * first place is kept, and used for the others.
 *
 * @param now milliseconds since the Unix epoch
 * @throws Error when a place cannot be filled, or the identifier given is not text
 */
export function completeEnvelope(
  send: Mapping,
  places: { readonly id: readonly string[]; readonly timestamp: readonly string[] },
  idempotencyKey: string,
  now: number,
  isBinary: boolean,
): Correlated {
  const given = valueAt(send, places.id[0] ?? 'id')
  if (given !== undefined && (typeof given !== 'string' || given === ''))
    throw new Error(`the identifier at ${places.id[0]} is not a string`)
  const id = given ?? identifierFor(idempotencyKey)
  const time = isBinary ? now : new Date(now).toISOString()
  return { id, envelope: filledIn(filledIn(send, places.id, id), places.timestamp, time) }
}

const messageName = () =>
  z.string().regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, { error: 'the full name of a message, such as a.b.Message' })

const place = () =>
  textWithoutNul(200).regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, {
    error: 'a dotted path, such as id or cmd.data.value.envelope_id',
  })

export const websocketInput = z.strictObject({
  url: credential().describe('ws or wss'),
  headers: headersInput().describe('sent with the upgrade request'),
  token: tokenInput().optional().describe('the token that is presented; none when absent'),
  protocols: z.array(textWithoutNul(200).min(1)).max(20).default([]).describe('subprotocols that are offered'),
  send: z
    .record(z.string(), z.unknown())
    .refine((envelope) => !holdsNul(envelope), 'expected text without a NUL character')
    .describe('the envelope: sent as JSON in a text frame, or with `message` as that message in a binary frame'),
  proto: z
    .array(textWithoutNul(4096).min(1))
    .max(20)
    .default([])
    .describe('.proto files that describe the message, relative to the runbook file'),
  message: z
    .strictObject({
      type: messageName().describe('full name of the message'),
      inside: z
        .record(z.string(), messageName())
        .default({})
        .describe('fields of the answer (dotted path) whose bytes are themselves a message, with its type'),
    })
    .optional()
    .describe('use protobuf: what is sent and received is this message'),
  'id-at': z
    .array(place())
    .min(1)
    .max(10)
    .default(['id'])
    .describe('the place of the identifier in the envelope; generated if it is missing'),
  'timestamp-at': z
    .array(place())
    .max(10)
    .default(['timestamp'])
    .describe(
      'the place of the time in the envelope; set if it is missing: ISO-8601 in JSON, milliseconds in protobuf',
    ),
  'answer-at': textWithoutNul(200)
    .regex(/^(?:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*)?$/, { error: 'a dotted path, or empty' })
    .default('')
    .describe(
      "where the answer's fields (type or envelope_type, request_id, status, error, error_code, payload) are in the received frame; empty: at its top level",
    ),
  'expect-type': textWithoutNul(100)
    .min(1)
    .default('response')
    .describe('type of the answer; a frame of type error also counts as an answer'),
  within: durationInput()
    .optional()
    .describe('maximum time to wait for the answer [default: the time limit of the step]'),
  'max-bytes': z
    .int()
    .min(1)
    .max(16 * 1024 * 1024)
    .default(1024 * 1024)
    .describe("bytes of a frame, and of a refusal's body"),
  'trust-file': pathText().optional().describe("a PEM file of certificates to trust instead of the system's"),
  'server-name': textWithoutNul(255)
    .min(1)
    .optional()
    .describe("the name the certificate must carry, when it is not the URL's host"),
})

export type WebsocketInput = z.output<typeof websocketInput>

/** The fields of an envelope that was received. */
export interface ServerAnswer {
  /** All of it, as decoded. */
  readonly envelope: unknown
  readonly type: string
  readonly requestId: string
  readonly status: string
  readonly errorCode: string
  readonly error: string
  /** `{}` when it has none. */
  readonly payload: unknown
}

/** How frames are read. */
export interface FrameReader {
  readonly schema: ProtobufSchema | undefined
  readonly message: WebsocketInput['message']
  /** Dotted path. */
  readonly answerAt: string
}

function decoded(frame: WebSocketFrame, { schema, message }: FrameReader): unknown {
  if (!frame.binary) {
    const { isJson, json } = readJson(frame.bytes.toString('utf8'))
    return isJson ? json : undefined
  }
  if (schema === undefined || message === undefined) return undefined
  try {
    return decodeMessage(schema, message.type, frame.bytes, message.inside)
  } catch {
    // Bytes that are not such a message: not what is waited for.
    return undefined
  }
}

/**
 * A frame as an envelope; `undefined` for one that is not an envelope. A peer that refuses our form may say so in the
 * other one, at the top.
 */
export function answerIn(frame: WebSocketFrame, reader: FrameReader): ServerAnswer | undefined {
  const envelope = decoded(frame, reader)
  const body = valueAt(envelope, reader.answerAt) ?? (frame.binary ? undefined : envelope)
  if (typeof body !== 'object' || body === null) return undefined
  const text = (...names: readonly string[]): string =>
    names
      .map((name) => valueAt(body, name))
      .find((value): value is string => typeof value === 'string' && value !== '') ?? ''
  return {
    envelope,
    type: text('envelope_type', 'type'),
    requestId: text('request_id'),
    status: text('status'),
    errorCode: text('error_code'),
    error: text('error'),
    payload: valueAt(body, 'payload') ?? {},
  }
}

/**
 * Whether an envelope answers ours: by the identifier it refers to; an error that refers to none can only be about the
 * one envelope that we have sent on this connection.
 */
export function isAnswerTo(answer: ServerAnswer, id: string, type: string): boolean {
  if (answer.type === 'error') return answer.requestId === id || answer.requestId === ''
  return answer.type === type && answer.requestId === id
}
