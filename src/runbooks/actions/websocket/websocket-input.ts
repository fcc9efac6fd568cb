import { z } from 'zod'
import { credential } from '../../../net/credential.js'
import { durationInput } from '../../../net/duration-input.js'
import { headersInput } from '../../../net/http/headers-input.js'
import { tokenInput } from '../../../net/http/token-input.js'
import { holdsNul, plainText } from '../effect/text-without-nul.js'

const messageName = () =>
  z.string().regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, { error: 'the full name of a message, such as a.b.Message' })
const place = () =>
  plainText(200).regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, {
    error: 'a dotted path, such as id or cmd.data.value.envelope_id',
  })

export const websocketInput = z.strictObject({
  url: credential().describe('ws or wss'),
  headers: headersInput().describe('sent with the upgrade request'),
  token: tokenInput().optional().describe('the token that is presented; none when absent'),
  protocols: z.array(plainText(200).min(1)).max(20).default([]).describe('subprotocols that are offered'),
  send: z
    .record(z.string(), z.unknown())
    .refine((envelope) => !holdsNul(envelope), 'expected text without a NUL character')
    .describe('the envelope: sent as JSON in a text frame, or with `message` as that message in a binary frame'),
  proto: z
    .array(plainText(4096).min(1))
    .max(20)
    .default([])
    .describe('.proto files that describe the message, relative to the runbook file'),
  message: z
    .strictObject({
      type: messageName().describe('full name of the message'),
      inside: z
        .record(z.string(), messageName())
        .default({})
        .describe('fields of the answer (dotted path) whose bytes are a message themselves, and of which type'),
    })
    .optional()
    .describe('speak protobuf: what is sent and what is awaited is this message'),
  'id-at': z
    .array(place())
    .min(1)
    .max(10)
    .default(['id'])
    .describe('where the identifier stands in the envelope; made where it is missing'),
  'timestamp-at': z
    .array(place())
    .max(10)
    .default(['timestamp'])
    .describe(
      'where the time stands in the envelope; put in where it is missing: ISO-8601 in JSON, milliseconds in protobuf',
    ),
  'answer-at': plainText(200)
    .regex(/^(?:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*)?$/, { error: 'a dotted path, or nothing' })
    .default('')
    .describe(
      "where the answer's fields (type or envelope_type, request_id, status, error, error_code, payload) stand in what comes; empty: in the frame itself",
    ),
  'expect-type': plainText(100)
    .min(1)
    .default('response')
    .describe('type of the answer; one of type error is an answer as well'),
  within: durationInput()
    .optional()
    .describe('how long to wait for the answer; as long as the step may take by default'),
  'max-bytes': z
    .int()
    .min(1)
    .max(16 * 1024 * 1024)
    .default(1024 * 1024)
    .describe("bytes of a frame, and of a refusal's body"),
  'trust-file': plainText(4096)
    .min(1)
    .optional()
    .describe("a PEM file of certificates to trust instead of the system's"),
  'server-name': plainText(255)
    .min(1)
    .optional()
    .describe("the name the certificate must carry, when it is not the URL's host"),
})

export type WebsocketInput = z.output<typeof websocketInput>
