import { z } from 'zod'
import { anyJson, wholeNumber } from '../../base/facts.js'
import { decodeMessage } from '../protobuf/protobuf-decode.js'
import type { ProtobufSchema } from '../protobuf/protobuf-schema.js'
import { boundedText, readJson } from '../http/web-facts.js'
import type { WebSocketFrame } from './websocket-session.js'
import { durationInput } from '../credential.js'

/** Bytes of a frame that are shown as hexadecimal. */
const shownBytes = 1024

/** The facts of one `receive`. */
export const receivedFacts = z.strictObject({
  arrived: z.boolean().describe('a frame arrived; false for silence and for a frame that was not waited for'),
  skipped: wholeNumber().describe('frames that were skipped because they did not match'),
  binary: z.boolean().describe('a binary frame, not a text frame'),
  bytes: wholeNumber().describe('its length'),
  text: z.string().describe('its beginning as UTF-8 text'),
  hex: z.string().describe('its first 1024 bytes as hexadecimal digits'),
  isJson: z.boolean().describe('it is one JSON text'),
  json: anyJson().describe('as JSON; {} when it is not'),
  decoded: z.boolean().describe('it is the requested protobuf message'),
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

function decodedPart(
  frame: WebSocketFrame,
  step: ReceiveStep,
  schema: ProtobufSchema | undefined,
): Partial<ReceivedFacts> {
  if (schema === undefined || step.message === undefined || !frame.binary) return {}
  try {
    return { decoded: true, message: decodeMessage(schema, step.message.type, frame.bytes, step.message.inside) }
  } catch {
    // Bytes that are not such a message: a fact, shown by `decoded`.
    return { decoded: false }
  }
}

/** The facts of a frame that came. */
export function arrivedFrame(
  frame: WebSocketFrame,
  step: ReceiveStep,
  schema: ProtobufSchema | undefined,
): ReceivedFacts {
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

const messageName = () =>
  z.string().regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, { error: 'the full name of a message, such as a.b.Message' })

const sendInput = z
  .strictObject({
    text: z.string().optional().describe('a text frame'),
    json: z.unknown().optional().describe('a text frame of JSON'),
    hex: z
      .string()
      .regex(/^(?:[0-9a-fA-F]{2})*$/, { error: 'an even number of hexadecimal digits' })
      .optional()
      .describe('a binary frame, as hexadecimal digits'),
    message: z
      .strictObject({
        type: messageName().describe('full name of the message'),
        value: z.record(z.string(), z.unknown()).describe('its fields, as they are named in the .proto'),
      })
      .optional()
      .describe('a binary frame of a protobuf message'),
  })
  .refine((send) => Object.values(send).filter((given) => given !== undefined).length === 1, {
    error: 'give exactly one of text, json, hex, message',
  })

const receiveInput = z.strictObject({
  within: durationInput().optional().describe('how long to wait; default: the limit of the attempt, 1s when optional'),
  optional: z.boolean().default(false).describe('silence is a fact (`arrived: false`), not a timeout'),
  message: z
    .strictObject({
      type: messageName().describe('full name of the message'),
      inside: z
        .record(z.string(), messageName())
        .default({})
        .describe('fields (dotted path) whose bytes are themselves a message, with its type'),
    })
    .optional()
    .describe('decode the frame as this protobuf message'),
  match: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe(
      'skip frames that do not have these values: a dotted path in the facts of a frame, such as `json.type` or `binary`, and its value',
    ),
})

/** What is sent and awaited after the upgrade, in this order. */
export const frameSteps = () =>
  z
    .array(
      z
        .strictObject({
          send: sendInput.optional().describe('send a frame'),
          receive: receiveInput.optional().describe('wait for a frame'),
        })
        .refine((step) => (step.send === undefined) !== (step.receive === undefined), {
          error: 'give send or receive',
        }),
    )
    .max(100)

export type FrameStep = z.output<ReturnType<typeof frameSteps>>[number]

export type SendStep = z.output<typeof sendInput>

export type ReceiveStep = z.output<typeof receiveInput>
