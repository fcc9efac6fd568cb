import { dial } from './dial.js'
import { encryptRedis, greetRedis } from './redis-greeting.js'
import { openRedisSession, type RedisSession } from './redis-session.js'
import { explainSentinel } from './redis-sentinel.js'
import type { RedisSecurity, RedisTarget } from './redis-target.js'
import type { Refusal } from './refusal.js'

/**
 * Connects and logs in as redis-py does, up to the database of the URL. Whoever gets the session ends it.
 *
 * @param security the files that the URL names, opened
 * @param limit milliseconds for each command
 * @param mostBytes taken in from the server, over the whole session
 * @throws Refusal when the server is not there, is none, or turns the login down; SilenceError when the signal aborts first
 */
export async function logInToRedis(target: RedisTarget, security: RedisSecurity, limit: number, signal: AbortSignal, mostBytes?: number): Promise<RedisSession> {
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
 * Logs in as redis-py does: a user name without a password is sent with an empty one.
 *
 * @param refusal what the greeting was answered with
 * @throws Refusal when the server turns the login down, or is a Sentinel
 */
export async function authenticateRedis(session: RedisSession, { user, password }: RedisTarget, refusal: Refusal | undefined): Promise<void> {
  try {
    if (user !== '') await session.ask('AUTH', user, password ?? '')
    else if (password !== undefined) await session.ask('AUTH', password)
    else if (refusal?.problem.code === 'auth-required') throw refusal
  } catch (error) {
    throw await explainSentinel(session, error)
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
