import { decodeMessage } from '../../../net/protobuf/protobuf-decode.js'
import type { ProtobufSchema } from '../../../net/protobuf/protobuf-schema.js'
import { readJson } from '../../../net/http/web-facts.js'
import type { Frame } from '../../../net/websocket/websocket-session.js'
import type { WebsocketInput } from './websocket-input.js'
import { valueAt } from './message-envelope.js'

/** The fields of an envelope that was received. */
export interface Answer {
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

function decoded(frame: Frame, { schema, message }: FrameReader): unknown {
  if (!frame.binary) {
    const { isJson, json } = readJson(frame.bytes.toString('utf8'))
    return isJson ? json : undefined
  }
  if (schema === undefined || message === undefined) return undefined
  try {
    return decodeMessage(schema, message.type, frame.bytes, message.inside)
  } catch {
    // Bytes that are no such message: not what is waited for.
    return undefined
  }
}

/**
 * A frame as an envelope; `undefined` for one that is none. A peer that refuses our form may say so in the other one,
 * at the top.
 */
export function answerIn(frame: Frame, reader: FrameReader): Answer | undefined {
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
 * one envelope
 * that we have sent on this connection.
 */
export function isAnswerTo(answer: Answer, id: string, type: string): boolean {
  if (answer.type === 'error') return answer.requestId === id || answer.requestId === ''
  return answer.type === type && answer.requestId === id
}
