import { dial } from '../dial.js'
import { encryptRedis, greetRedis } from './redis-greeting.js'
import { openRedisSession, RedisReplyError, type RedisSession } from './redis-session.js'
import { explainSentinel } from './redis-sentinel.js'
import type { RedisSecurity, RedisTarget } from './redis-target.js'
import { misconfigured, Refusal } from '../refusal.js'

/**
 * Connects and logs in as redis-py does, up to the database of the URL. Whoever gets the session ends it.
 *
 * @param security the files that the URL names, opened
 * @param limit milliseconds for each command
 * @param mostBytes taken in from the server, over the whole session
 * @throws Refusal when the server is not there, is none, or turns the login down; SilenceError when the signal aborts
 *   first
 */
export async function logInToRedis(
  target: RedisTarget,
  security: RedisSecurity,
  limit: number,
  signal: AbortSignal,
  mostBytes?: number,
): Promise<RedisSession> {
  const ascent = { signal, reach: () => {} }
  const socket = await dial(target.endpoint, ascent)
  try {
    const stream = await encryptRedis(socket, target, security, ascent, limit)
    const session = await openRedisSession(stream, limit, [target.password], mostBytes)
    const refusal = await greetRedis(session, target, signal)
    await authenticateRedis(session, target, refusal)
    await selectRedisDatabase(session, target)
    return session
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/**
 * Logs in as redis-py does: by HELLO, or by AUTH where the URL asks for the second version of the protocol or nobody
 * named the driver.
 * A user name without a password is sent with an empty one.
 *
 * @param refusal what the greeting was answered with
 * @throws Refusal when the server turns the login down, does not know the protocol, or is a Sentinel
 */
export async function authenticateRedis(
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
          'redis-py 8 begins with HELLO 3, which this server does not know: use Redis 6 or newer, or add protocol=2 to the URL',
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
    if (error instanceof Refusal && error.problem.code === 'unexpected-password') return true
    throw error
  }
}

/** @throws Refusal when the server has no such database, or is a Sentinel */
export async function selectRedisDatabase(session: RedisSession, { database }: RedisTarget): Promise<void> {
  try {
    if (database !== 0) await session.ask('SELECT', String(database))
  } catch (error) {
    throw await explainSentinel(session, error)
  }
}
