import { z } from 'zod'
import type { MsgHdrs } from '@nats-io/transport-node'
import { credential } from '../../../net/credential.js'
import { driverInput } from '../../../net/driver-input.js'
import { NotPerformedError } from '../../definition/step-kind.js'
import type { NatsServerInfo } from '../../../net/nats/nats-banner.js'
import { plainJson, plainText } from '../effect/text-without-nul.js'

export const natsInput = z
  .strictObject({
    url: credential().describe(
      'server URL: nats, tls, ws, wss or no scheme, with user and password or a token before the host',
    ),
    driver: driverInput('nats'),
    subject: plainText(500)
      .regex(/^[^\s.*>\p{Cc}]+(?:\.[^\s.*>\p{Cc}]+)*$/u, 'a subject without blanks, wildcards and empty parts')
      .describe('subject the message is published to'),
    payload: plainText(1_000_000).optional().describe('what the message holds, as text'),
    json: plainJson().optional().describe('what the message holds, as JSON'),
    headers: z
      .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'this is not the name of a header'), credential())
      .default({})
      .describe('headers of the message'),
    request: z.boolean().default(false).describe('wait for one reply'),
    jetstream: z.boolean().default(false).describe('wait until a stream has stored the message'),
    'trust-file': plainText(4096)
      .min(1)
      .optional()
      .describe("PEM file of certificates to trust instead of the system's"),
  })
  .refine(({ payload, json }) => payload === undefined || json === undefined, {
    error: 'give payload or json, not both',
  })
  .refine(({ request, jetstream }) => !request || !jetstream, {
    error: 'a stream acknowledges a message itself: give request or jetstream, not both',
  })

export type NatsInput = z.output<typeof natsInput>

/** By which a stream drops what it has stored already. */
const messageId = 'Nats-Msg-Id'

export interface NatsMessage {
  readonly subject: string
  readonly data: Buffer
  readonly headers: MsgHdrs | undefined
}

export const payloadOf = ({ payload, json }: NatsInput): string =>
  json === undefined ? (payload ?? '') : JSON.stringify(json)

/** @throws NotPerformedError when the server would not take such a message */
export async function messageOf(input: NatsInput, idempotencyKey: string, info: NatsServerInfo): Promise<NatsMessage> {
  const { headers: newHeaders } = await import('@nats-io/transport-node')
  const data = Buffer.from(payloadOf(input))
  if (info.max_payload > 0 && data.length > info.max_payload)
    throw new NotPerformedError(`the message has ${data.length} bytes, and the server takes ${info.max_payload}`)
  const given = Object.entries(input.headers).map(([name, value]): [string, string] => [name, value.reveal()])
  const hasOwnId = given.some(([name]) => name.toLowerCase() === messageId.toLowerCase())
  if (input.jetstream && !hasOwnId) given.push([messageId, idempotencyKey])
  if (given.length === 0) return { subject: input.subject, data, headers: undefined }
  if (!info.headers) throw new NotPerformedError('the server takes no headers')
  const headers = newHeaders()
  for (const [name, value] of given) {
    if (/[\u0000-\u001F\u007F]/.test(value))
      throw new NotPerformedError(`headers.${name}: its value holds a control character`)
    headers.append(name, value)
  }
  return { subject: input.subject, data, headers }
}
