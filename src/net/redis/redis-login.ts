import { dial } from '../dial.js'
import { openRedisSession, RedisReplyError, type RedisSession } from './redis-session.js'
import type { RedisSecurity, RedisTarget } from './redis-target.js'
import { misconfigured, type Refusal, isRefusal } from '../refusal.js'
import type { Socket } from 'node:net'
import { SilenceError } from '../../base/errors.js'
import { answerInPlain, answersInTls, withinPart } from '../tls-mismatch.js'
import { secure } from '../tls-connection.js'

/** Somebody who follows a login on its way. */
interface RedisLoginWatch {
  reach(rung: 'resolve' | 'connect' | 'tls' | 'hello' | 'auth'): void
  bypass(rung: 'tls'): void
  /** The credentials were taken; no database is chosen yet. */
  authenticated?(session: RedisSession): Promise<void>
}

const unwatched: RedisLoginWatch = { reach: () => {}, bypass: () => {} }

interface RedisLoginOptions {
  readonly signal: AbortSignal
  /** Milliseconds for what comes next: asked for the handshake, and for each command of the session. */
  readonly limit: () => number
  /** Bytes taken in from the server, over the whole session. */
  readonly mostBytes?: number
  readonly watch?: RedisLoginWatch
}

/**
 * Connects and logs in as redis-py does, up to the database of the URL. The caller ends the session.
 *
 * @param security the files that the URL names, opened
 * @throws Refusal when the server is not there, is not Redis, is a Sentinel, or turns the login down; SilenceError when
 *   the signal aborts first
 */
export async function logInToRedis(
  target: RedisTarget,
  security: RedisSecurity,
  { signal, limit, mostBytes, watch = unwatched }: RedisLoginOptions,
): Promise<RedisSession> {
  const reach = (rung: 'resolve' | 'connect' | 'tls'): void => watch.reach(rung)
  const socket = await dial(target.endpoint, { signal, reach })
  try {
    const ascent = { signal, reach, bypass: (rung: 'tls') => watch.bypass(rung) }
    const stream = await encryptRedis(socket, target, security, ascent, limit())
    const session = await openRedisSession(stream, limit(), [target.password], mostBytes)
    try {
      const refusal = await greetRedis(session, target, signal)
      watch.reach('hello')
      await authenticateRedis(session, target, refusal)
      await watch.authenticated?.(session)
      watch.reach('auth')
      await selectRedisDatabase(session, target)
      return session
    } catch (error) {
      throw await explainSentinel(session, error)
    }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/**
 * Logs in as redis-py does: by HELLO, or by AUTH where the URL asks for the second version of the protocol or the
 * driver is not named. A user name without a password is sent with an empty one.
 *
 * @param refusal what the greeting was answered with
 * @throws Refusal when the server turns the login down, does not know the protocol, or is a Sentinel
 */
async function authenticateRedis(
  session: RedisSession,
  target: RedisTarget,
  refusal: Refusal | undefined,
): Promise<void> {
  try {
    await (target.hello === undefined ? sayAuth(session, target, refusal) : sayHello(session, target, target.hello))
  } catch (error) {
    const explained = await explainSentinel(session, error)
    throw target.hello !== undefined && explained instanceof RedisReplyError && unknownHello.test(explained.message)
      ? misconfigured(
          'unknown-hello',
          'redis-py 8 starts with HELLO 3, which this server does not know: use Redis 6 or newer, or add protocol=2 to the URL',
        )
      : explained
  }
}

/** Before version 6 there is no such command; a proxy may know the second version of the protocol alone. */
const unknownHello = /unknown command|NOPROTO/i

async function sayHello(session: RedisSession, { user, password }: RedisTarget, version: '3'): Promise<void> {
  const credentials =
    user === '' && password === undefined ? [] : ['AUTH', user === '' ? 'default' : user, password ?? '']
  await session.ask('HELLO', version, ...credentials)
  // Replies are read in their older shapes.
  await session.ask('HELLO', '2')
}

async function sayAuth(
  session: RedisSession,
  { user, password }: RedisTarget,
  refusal: Refusal | undefined,
): Promise<void> {
  if (user === '' && password === undefined) {
    if (refusal?.problem.code === 'auth-required') throw refusal
    return
  }
  try {
    await session.ask('AUTH', ...(user === '' ? [] : [user]), password ?? '')
  } catch (error) {
    // Before version 6 there are no users: the driver then sends the password alone.
    if (user === '' || !(error instanceof RedisReplyError) || !/wrong number of arguments/i.test(error.message))
      throw error
    await session.ask('AUTH', password ?? '')
  }
}

/** Whether the server takes any password for its own user, whom it asks for none: HELLO lets such a client in. */
export async function ignoresRedisPassword(
  session: RedisSession,
  { user, password, hello }: RedisTarget,
): Promise<boolean> {
  if (hello === undefined || password === undefined || (user !== '' && user !== 'default')) return false
  try {
    await session.ask('AUTH', password)
    return false
  } catch (error) {
    if (isRefusal(error) && error.problem.code === 'unexpected-password') return true
    throw error
  }
}

/** @throws Refusal when the server has no such database */
async function selectRedisDatabase(session: RedisSession, { database }: RedisTarget): Promise<void> {
  if (database !== 0) await session.ask('SELECT', String(database))
}

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
async function encryptRedis(
  socket: Socket,
  target: RedisTarget,
  security: RedisSecurity,
  ascent: { readonly signal: AbortSignal; reach(rung: 'tls'): void; bypass(rung: 'tls'): void },
  limit: number,
): Promise<Socket> {
  const { endpoint, tls } = target
  if (tls === undefined) {
    ascent.bypass('tls')
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
async function greetRedis(
  session: RedisSession,
  target: RedisTarget,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  try {
    await session.ask('PING')
    return undefined
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (spokenRefusals.has(error.problem.code)) return error
    const hungUp = error.problem.code === 'connection-closed' || error.problem.code === 'connection-reset'
    if (hungUp && target.tls === undefined && (await answersInTls(target.endpoint, signal)))
      throw misconfigured('tls-required', 'the server closes the connection on a plain greeting and answers in TLS')
    throw error
  }
}

/** A Sentinel holds no data: it knows where the primary is, and the drivers' plain clients do not ask it. */
export function sentinelRefusal(): Refusal {
  return misconfigured(
    'sentinel',
    'this is a Sentinel, which stores no data: give the address of the primary that it watches',
  )
}

/**
 * Why a command failed that every server of data knows: a Sentinel has few commands and mostly no password.
 *
 * @returns the refusal that names the Sentinel where one answers, else the error as it came
 */
export async function explainSentinel(session: RedisSession, error: unknown): Promise<unknown> {
  const isUnknown = error instanceof RedisReplyError && /unknown command/i.test(error.message)
  const isUnexpected = isRefusal(error) && error.problem.code === 'unexpected-password'
  if (!isUnknown && !isUnexpected) return error
  try {
    const role = await session.ask('ROLE')
    return Array.isArray(role) && (role as readonly unknown[])[0] === 'sentinel' ? sentinelRefusal() : error
  } catch (refusal) {
    if (refusal instanceof RedisReplyError || isRefusal(refusal)) return error
    throw refusal
  }
}
