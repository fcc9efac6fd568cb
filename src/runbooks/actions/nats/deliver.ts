import type { RequestOptions } from '@nats-io/transport-node'
import type { NatsSession } from '../../../net/nats/nats-session.js'
import { peerWords } from '../../../net/peer-words.js'
import { unknownEnd } from '../effect/unknown-end.js'
import type { NatsMessage } from './nats-message.js'

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
 * The server's words when it forbade the message itself: nobody got it. What it forbids of our own inbox comes after
 * the fact.
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
export async function publish(
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
      return refused('no-responders', 'nobody listens on the subject', true)
    const denial = denialOf(session)
    if (denial !== undefined) return refused('permission-denied', denial, false)
    throw unknownEnd('the message was sent', error, signal)
  }
}
