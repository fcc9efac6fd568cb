import { z } from 'zod'
import { anyJson, wholeNumber } from '../../base/facts.js'
import { decodeMessage } from '../protobuf/protobuf-decode.js'
import type { ReceiveStep } from './frame-input.js'
import type { ProtobufSchema } from '../protobuf/protobuf-schema.js'
import { boundedText, readJson } from '../http/web-facts.js'
import type { Frame } from './websocket-session.js'

/** Bytes of a frame that are shown as hexadecimal. */
const shownBytes = 1024

/** The facts of one `receive`. */
export const receivedFacts = z.strictObject({
  arrived: z.boolean().describe('a frame came; false for silence and for what was never waited for'),
  skipped: wholeNumber().describe('frames passed over because they did not match'),
  binary: z.boolean().describe('a binary frame, not a text frame'),
  bytes: wholeNumber().describe('its length'),
  text: z.string().describe('its beginning as UTF-8 text'),
  hex: z.string().describe('its first 1024 bytes as hexadecimal digits'),
  isJson: z.boolean().describe('it is one JSON text'),
  json: anyJson().describe('as JSON; {} when it is not'),
  decoded: z.boolean().describe('it is the protobuf message that was asked for'),
  message: anyJson().describe(
    'that message: every field, unset ones with their default; of a oneof the name of the member that is set',
  ),
})
export type ReceivedFacts = z.output<typeof receivedFacts>

/** What is known of a frame before it came. */
export function awaitedFrame(step: ReceiveStep, schema: ProtobufSchema | undefined): ReceivedFacts {
  const message =
    schema === undefined || step.message === undefined
      ? {}
      : decodeMessage(schema, step.message.type, new Uint8Array(), step.message.inside)
  return {
    arrived: false,
    skipped: 0,
    binary: false,
    bytes: 0,
    text: '',
    hex: '',
    isJson: false,
    json: {},
    decoded: false,
    message,
  }
}

function decodedPart(frame: Frame, step: ReceiveStep, schema: ProtobufSchema | undefined): Partial<ReceivedFacts> {
  if (schema === undefined || step.message === undefined || !frame.binary) return {}
  try {
    return { decoded: true, message: decodeMessage(schema, step.message.type, frame.bytes, step.message.inside) }
  } catch {
    // Bytes that are no such message: a fact, told by `decoded`.
    return { decoded: false }
  }
}

/** The facts of a frame that came. */
export function arrivedFrame(frame: Frame, step: ReceiveStep, schema: ProtobufSchema | undefined): ReceivedFacts {
  const text = frame.bytes.toString('utf8')
  const { isJson, json } = readJson(text)
  return {
    ...awaitedFrame(step, schema),
    arrived: true,
    binary: frame.binary,
    bytes: frame.bytes.length,
    text: boundedText(text),
    hex: frame.bytes.subarray(0, shownBytes).toString('hex'),
    isJson,
    json,
    ...decodedPart(frame, step, schema),
  }
}

function valueAt(value: unknown, path: string): unknown {
  let current = value
  for (const name of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined
    current = (current as Record<string, unknown>)[name]
  }
  return current
}

/** Whether everything that `match` names holds. */
export function isMatch(facts: ReceivedFacts, match: ReceiveStep['match']): boolean {
  return Object.entries(match).every(([path, expected]) => valueAt(facts, path) === expected)
}
