import { Refusal } from '../refusal.js'
import { RedisReplyError, type RedisSession } from './redis-session.js'

/** A setting, or `undefined` where CONFIG is denied, renamed or unknown, as managed servers have it. */
export async function readRedisSetting(session: RedisSession, name: string): Promise<string | undefined> {
  try {
    const reply = await session.ask('CONFIG', 'GET', name)
    const value = Array.isArray(reply) ? (reply as readonly unknown[])[1] : undefined
    return typeof value === 'string' ? value : undefined
  } catch (error) {
    if (error instanceof RedisReplyError || (error instanceof Refusal && error.problem.code === 'no-permission'))
      return undefined
    throw error
  }
}
