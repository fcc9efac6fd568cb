import { dial } from './dial.js'
import { encryptRedis, greetRedis } from './redis-greeting.js'
import { openRedisSession, type RedisSession } from './redis-session.js'
import type { RedisTarget } from './redis-url.js'
import { readTrustFile } from './tls.js'

/**
 * The certificates to trust, PEM, where the connection is encrypted and names any.
 *
 * @param named a file that comes before the one the URL names; empty for none
 */
export async function redisTrust({ tls }: RedisTarget, named: string): Promise<string | undefined> {
  const file = named === '' ? tls?.trustFile : named
  return tls === undefined || file === undefined ? undefined : await readTrustFile(file)
}

/**
 * Connects and logs in as redis-py does, up to the database of the URL. Whoever gets the session ends it.
 *
 * @param trust certificates to trust, PEM, instead of the system's
 * @param limit milliseconds for each command
 * @param mostBytes taken in from the server, over the whole session
 * @throws Refusal when the server is not there, is none, or turns the login down; SilenceError when the signal aborts first
 */
export async function logInToRedis(target: RedisTarget, trust: string | undefined, limit: number, signal: AbortSignal, mostBytes?: number): Promise<RedisSession> {
  const ascent = { signal, reach: () => {} }
  const socket = await dial(target.endpoint, ascent)
  try {
    const stream = await encryptRedis(socket, target, trust, ascent, limit)
    const session = await openRedisSession(stream, limit, [target.password], mostBytes)
    const refusal = await greetRedis(session, target, signal)
    // As redis-py does: a user name without a password is sent with an empty one.
    if (target.user !== '') await session.ask('AUTH', target.user, target.password ?? '')
    else if (target.password !== undefined) await session.ask('AUTH', target.password)
    else if (refusal?.problem.code === 'auth-required') throw refusal
    if (target.database !== 0) await session.ask('SELECT', String(target.database))
    return session
  } catch (error) {
    socket.destroy()
    throw error
  }
}
