import type { RequestOptions, MsgHdrs } from '@nats-io/transport-node'
import type { NatsSession } from '../../../net/nats/nats-session.js'
import { peerWords } from '../../../net/refusal.js'
import { unknownEnd, plainJson } from '../effect/approach.js'
import { z } from 'zod'
import { pathText, textWithoutNul } from '../../../base/text/terminal-text.js'
import { credential, driverInput, secretPlace } from '../../../net/credential.js'
import { NotPerformedError } from '../../definition/step-kind.js'
import type { NatsServerInfo } from '../../../net/nats/nats-banner.js'

export const natsStepProblems = ['none', 'permission-denied', 'no-responders', 'not-stored'] as const

export interface Delivery {
  /** The server did not forbid it. */
  readonly published: boolean
  readonly reply: string
  readonly code: (typeof natsStepProblems)[number]
  readonly detail: string
}

const refused = (code: Delivery['code'], detail: string, published: boolean): Delivery => ({
  published,
  reply: '',
  code,
  detail,
})

/**
 * The server's words when it forbade the message itself: it was not delivered. What it forbids of our own inbox comes
 * after the fact.
 */
function denialOf({ complaints }: NatsSession): string | undefined {
  const words = complaints.find((complaint) => /permissions violation for publish/i.test(complaint))
  return words === undefined ? undefined : peerWords(words)
}

/**
 * Publishes a message; the server has taken it when it answers what was sent after it.
 *
 * @throws Error when the connection is lost or falls silent before that
 */
export async function publishMessage(
  session: NatsSession,
  { subject, data, headers }: NatsMessage,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    session.connection.publish(subject, data, headers === undefined ? {} : { headers })
    await session.waitFor(session.connection.flush())
  } catch (error) {
    if (denialOf(session) === undefined) throw unknownEnd('the message was sent', error, signal)
  }
  const denial = denialOf(session)
  return denial === undefined
    ? { published: true, reply: '', code: 'none', detail: '' }
    : refused('permission-denied', denial, false)
}

/**
 * Publishes a message and waits for one reply.
 *
 * @param limit milliseconds
 * @throws Error when none comes
 */
export async function request(
  session: NatsSession,
  { subject, data, headers }: NatsMessage,
  limit: number,
  signal: AbortSignal,
): Promise<Delivery> {
  const { NoRespondersError } = await import('@nats-io/transport-node')
  const options: RequestOptions = { timeout: limit, ...(headers === undefined ? {} : { headers }) }
  try {
    const asked = session.connection.request(subject, data, options)
    asked.catch(() => {})
    // A request that is forbidden is never answered; what comes back after it tells.
    await session.waitFor(session.connection.flush())
    const denial = denialOf(session)
    if (denial !== undefined) return refused('permission-denied', denial, false)
    const reply = await session.waitFor(asked)
    return { published: true, reply: reply.string(), code: 'none', detail: '' }
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    if (error instanceof NoRespondersError || cause instanceof NoRespondersError)
      return refused('no-responders', 'the subject has no subscribers', true)
    const denial = denialOf(session)
    if (denial !== undefined) return refused('permission-denied', denial, false)
    throw unknownEnd('the message was sent', error, signal)
  }
}

export const natsInput = z
  .strictObject({
    url: credential().describe(
      'server URL: nats, tls, ws, wss or no scheme, with user and password or a token before the host',
    ),
    driver: driverInput('nats'),
    subject: textWithoutNul(500)
      .regex(/^[^\s.*>\p{Cc}]+(?:\.[^\s.*>\p{Cc}]+)*$/u, 'a subject without spaces, wildcards and empty parts')
      .describe('subject the message is published to'),
    payload: textWithoutNul(1_000_000).optional().describe('the payload of the message, as text'),
    json: plainJson().optional().describe('the payload of the message, as JSON'),
    headers: z
      .record(
        z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'this is not the name of a header'),
        credential().meta(secretPlace),
      )
      .default({})
      .describe('headers of the message'),
    request: z.boolean().default(false).describe('wait for one reply'),
    jetstream: z.boolean().default(false).describe('wait until a stream has stored the message'),
    'trust-file': pathText().optional().describe("PEM file of certificates to trust instead of the system's"),
  })
  .refine(({ payload, json }) => payload === undefined || json === undefined, {
    error: 'give payload or json, not both',
  })
  .refine(({ request, jetstream }) => !request || !jetstream, {
    error: 'a stream acknowledges a message itself: give request or jetstream, not both',
  })

type NatsInput = z.output<typeof natsInput>

/** By which a stream drops what it has stored already. */
const messageId = 'Nats-Msg-Id'

interface NatsMessage {
  readonly subject: string
  readonly data: Buffer
  readonly headers: MsgHdrs | undefined
}

export const payloadOf = ({ payload, json }: NatsInput): string =>
  json === undefined ? (payload ?? '') : JSON.stringify(json)

/** @throws NotPerformedError when the server would not take such a message */
export async function natsMessageOf(
  input: NatsInput,
  idempotencyKey: string,
  info: NatsServerInfo,
): Promise<NatsMessage> {
  const { headers: newHeaders } = await import('@nats-io/transport-node')
  const data = Buffer.from(payloadOf(input))
  if (info.max_payload > 0 && data.length > info.max_payload)
    throw new NotPerformedError(
      `the message has ${data.length} bytes, but the server accepts at most ${info.max_payload}`,
    )
  const given = Object.entries(input.headers).map(([name, value]): [string, string] => [name, value.reveal()])
  const hasOwnId = given.some(([name]) => name.toLowerCase() === messageId.toLowerCase())
  if (input.jetstream && !hasOwnId) given.push([messageId, idempotencyKey])
  if (given.length === 0) return { subject: input.subject, data, headers: undefined }
  if (!info.headers) throw new NotPerformedError('the server does not support headers')
  const headers = newHeaders()
  for (const [name, value] of given) {
    if (/[\u0000-\u001F\u007F]/.test(value))
      throw new NotPerformedError(`headers.${name}: its value contains a control character`)
    headers.append(name, value)
  }
  return { subject: input.subject, data, headers }
}
