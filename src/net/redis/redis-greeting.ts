import type { Socket } from 'node:net'
import { SilenceError } from '../../base/errors.js'
import type { RedisSession } from './redis-session.js'
import type { RedisSecurity, RedisTarget } from './redis-target.js'
import { misconfigured, Refusal } from '../refusal.js'
import { answerInPlain, answersInTls, withinPart } from '../tls-mismatch.js'
import { secure } from '../tls-connection.js'

/**
 * Answers that a server gives to a PING it does not carry out: it speaks the protocol, and what stops us shows later.
 */
const spokenRefusals = new Set(['auth-required', 'no-permission', 'loading', 'stale-replica', 'misconf', 'busy'])

/**
 * Speaks TLS where the URL asks for it. A plain server waits for the rest of what it takes for a command, so its
 * silence is looked into.
 *
 * @param limit milliseconds that are left, half of which the handshake gets
 * @throws Refusal `not-tls` or another of `tlsProblems`; SilenceError
 */
export async function encryptRedis(
  socket: Socket,
  target: RedisTarget,
  security: RedisSecurity,
  ascent: { readonly signal: AbortSignal; reach(rung: 'tls'): void; bypass?(rung: 'tls'): void },
  limit: number,
): Promise<Socket> {
  const { endpoint, tls } = target
  if (tls === undefined) {
    ascent.bypass?.('tls')
    return socket
  }
  const serverName = 'host' in endpoint ? endpoint.host : ''
  const secured = await withinPart(ascent.signal, limit / 2, (signal) =>
    secure(socket, { serverName, verify: tls.verify, ...security }, { ...ascent, signal }),
  )
  if (secured !== undefined) return secured
  const answer = await answerInPlain(endpoint, 'PING\r\n', ascent.signal)
  if (/^[+-]/.test(answer ?? '')) throw misconfigured('not-tls', 'the server speaks Redis without TLS on this port')
  throw new SilenceError('no answer to the TLS handshake')
}

/**
 * Greets the server.
 *
 * @returns the refusal when it answered with one that leaves the question of credentials open
 * @throws Refusal when it does not speak Redis, speaks TLS only, or turns us away
 */
export async function greetRedis(
  session: RedisSession,
  target: RedisTarget,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  try {
    await session.ask('PING')
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (spokenRefusals.has(error.problem.code)) return error
    const hungUp = error.problem.code === 'connection-closed' || error.problem.code === 'connection-reset'
    if (hungUp && target.tls === undefined && (await answersInTls(target.endpoint, signal)))
      throw misconfigured('tls-required', 'the server hangs up on a plain greeting and answers in TLS')
    throw error
  }
}
