import { z } from 'zod'
import { durationInput } from '../duration-input.js'

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
  within: durationInput().optional().describe("how long to wait; the attempt's own limit by default, 1s when optional"),
  optional: z.boolean().default(false).describe('silence is a fact (`arrived: false`), not a time-out'),
  message: z
    .strictObject({
      type: messageName().describe('full name of the message'),
      inside: z
        .record(z.string(), messageName())
        .default({})
        .describe('fields (dotted path) whose bytes are a message themselves, and of which type'),
    })
    .optional()
    .describe('decode the frame as this protobuf message'),
  match: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe(
      'skip frames in which these do not hold: dotted path among the facts of a frame, such as `json.type` or `binary`, and the value there',
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
