import type { Duplex } from 'node:stream'
import type { Secret } from '../kernel/secret.js'
import { dial } from './dial.js'
import { readNatsBanner } from './nats-banner.js'
import { openNatsSession, type NatsSession } from './nats-session.js'
import { natsRefusal } from './nats-replies.js'
import { parseNatsUrl } from './nats-url.js'
import { misconfigured, Refusal } from './refusal.js'
import { secure } from './tls.js'
import type { Witness } from './witness.js'

/** How the leg to NATS can fail, told apart from the other leg by its name. */
export const natsLegProblems = ['nats-bad-url', 'nats-unreachable', 'nats-lost', 'nats-tls', 'nats-authorization', 'nats-permission', 'not-nats', 'nats-unavailable'] as const
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
  'trust-file-unreadable': 'nats-tls',
  'tls-required': 'nats-tls',
  'tls-refused': 'nats-tls',
  'authorization-violation': 'nats-authorization',
  'authentication-expired': 'nats-authorization',
  'permission-denied': 'nats-permission',
  'not-nats': 'not-nats',
  'wrong-port': 'not-nats',
}

/** The same refusal under the leg's own code; its first code stays in the detail. */
export function onNatsLeg(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  const { code, detail } = error.problem
  return new Refusal({ ...error.problem, code: legProblemOf[code] ?? 'nats-unavailable', detail: `${code}: ${detail}` })
}

export interface NatsListener {
  /** Whether the server still answers. @param limit milliseconds */
  answers(limit: number): Promise<boolean>
  end(): Promise<void>
}

/** Connects, encrypted where the server or the URL asks for it, and logs in. */
async function logIn(url: Secret, limit: number, signal: AbortSignal): Promise<NatsSession> {
  const target = parseNatsUrl(url)
  if (target.scheme === 'ws' || target.scheme === 'wss') throw misconfigured('bad-url', 'the subject is watched over TCP, not over a WebSocket')
  const context = { signal, reach: () => {} }
  const socket = await dial(target, context)
  try {
    const { info, bytes } = await readNatsBanner(socket, signal)
    const isEncrypted = target.scheme === 'tls' || info.tls_required
    const stream: Duplex = isEncrypted ? await secure(socket, { serverName: target.host, verify: 'full' }, context) : socket
    return await openNatsSession({ stream, isEncrypted, banner: bytes }, target, limit, signal)
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function hasAnswered(flushed: Promise<unknown>, limit: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const silent = new Promise<boolean>((fulfil) => (timer = setTimeout(() => fulfil(false), limit)))
  try {
    return await Promise.race([flushed.then(() => true, () => false), silent])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Subscribes to a subject; resolves when the server has taken the subscription, so that nothing published from then on is missed.
 *
 * @param limit milliseconds for the login
 * @throws Refusal with one of `natsLegProblems`; SilenceError when the server does not answer
 */
export async function listenOnNats(url: Secret, subject: string, witness: Witness, limit: number, signal: AbortSignal): Promise<NatsListener> {
  try {
    const session = await logIn(url, limit, signal)
    try {
      session.connection.subscribe(subject, {
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

/** What `plan` prints of a NATS URL: host and port. */
export function printableNatsUrl(url: Secret): string {
  try {
    const { host, port } = parseNatsUrl(url)
    return `${host.includes(':') ? `[${host}]` : host}:${port}`
  } catch {
    return '(not a NATS URL)'
  }
}
