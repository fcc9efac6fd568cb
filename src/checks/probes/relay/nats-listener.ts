import { settledWithin } from '../../../base/time/waiting.js'
import { certificateProblems } from '../../../net/drivers/driver.js'
import { logInToNats, type NatsAddress } from '../../../net/nats/nats-stream.js'
import { natsRefusal } from '../../../net/nats/nats-banner.js'
import { Refusal, isRefusal } from '../../../net/refusal.js'
import type { Witness } from './witness.js'

/** How the leg to NATS can fail, distinguished from the other leg by its name. */
export const natsLegProblems = [
  'nats-bad-url',
  'nats-unreachable',
  'nats-lost',
  'nats-tls',
  'nats-authorization',
  'nats-permission',
  'not-nats',
  'nats-unavailable',
] as const
type NatsLegProblem = (typeof natsLegProblems)[number]

const legProblemOf: Readonly<Record<string, NatsLegProblem>> = {
  'bad-url': 'nats-bad-url',
  'name-not-found': 'nats-unreachable',
  'connection-refused': 'nats-unreachable',
  'network-unreachable': 'nats-unreachable',
  'connection-reset': 'nats-lost',
  'connection-closed': 'nats-lost',
  'tls-failed': 'nats-tls',
  'not-tls': 'nats-tls',
  'certificate-refused': 'nats-tls',
  ...Object.fromEntries(certificateProblems.map((code) => [code, 'nats-tls'])),
  'file-not-found': 'nats-tls',
  'file-unreadable': 'nats-tls',
  'trust-file-unreadable': 'nats-tls',
  'tls-required': 'nats-tls',
  'tls-refused': 'nats-tls',
  'authorization-violation': 'nats-authorization',
  'credentials-not-sent': 'nats-authorization',
  'client-certificate-demanded': 'nats-tls',
  'authentication-expired': 'nats-authorization',
  'permission-denied': 'nats-permission',
  'not-nats': 'not-nats',
  'wrong-port': 'not-nats',
}

/** The same refusal under the leg's own code; its first code stays in the detail. */
export function onNatsLeg(error: unknown): unknown {
  if (!isRefusal(error)) return error
  const { code, detail } = error.problem
  return new Refusal({ ...error.problem, code: legProblemOf[code] ?? 'nats-unavailable', detail: `${code}: ${detail}` })
}

/** What is listened to. */
interface Spine extends NatsAddress {
  readonly subject: string
}

export interface NatsListener {
  /** Whether the server still answers. @param limit milliseconds */
  answers(limit: number): Promise<boolean>
  end(): Promise<void>
}

async function hasAnswered(flushed: Promise<unknown>, limit: number): Promise<boolean> {
  const answered = flushed.then(
    () => true,
    () => false,
  )
  return (await settledWithin(answered, { milliseconds: limit })) ?? false
}

/**
 * Subscribes to a subject; resolves when the server has taken the subscription, so that nothing published from then on
 * is missed.
 *
 * @param limit milliseconds for the login
 * @throws Refusal with one of `natsLegProblems`; SilenceError when the server does not answer
 */
export async function listenOnNats(
  spine: Spine,
  witness: Witness,
  limit: number,
  signal: AbortSignal,
): Promise<NatsListener> {
  try {
    const { session } = await logInToNats(spine, limit, signal)
    try {
      session.connection.subscribe(spine.subject, {
        callback: (error, message) => {
          if (error === null) witness.observe(message.data)
          else witness.end(error)
        },
      })
      // The answer to a flush comes after every complaint about what was sent before it.
      await session.waitFor(session.connection.flush())
      const denial = session.complaints.map((words) => natsRefusal(words, [])).find((refusal) => refusal !== undefined)
      if (denial !== undefined) throw denial
    } catch (error) {
      await session.end()
      throw error
    }
    return {
      answers: (patience) => hasAnswered(session.waitFor(session.connection.flush()), patience),
      end: () => session.end(),
    }
  } catch (error) {
    throw onNatsLeg(error)
  }
}
