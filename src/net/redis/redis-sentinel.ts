import { RedisReplyError, type RedisSession } from './redis-session.js'
import { misconfigured, Refusal } from '../refusal.js'

/** A Sentinel holds no data: it knows where the primary is, and the drivers' plain clients do not ask it. */
export function sentinelRefusal(): Refusal {
  return misconfigured(
    'sentinel',
    'a Sentinel answers here, which stores nothing: give the address of the primary that it watches',
  )
}

/**
 * Why a command failed that every server of data knows: a Sentinel has few commands and mostly no password.
 *
 * @returns the refusal that names the Sentinel where one answers, else the error as it came
 */
export async function explainSentinel(session: RedisSession, error: unknown): Promise<unknown> {
  const isUnknown = error instanceof RedisReplyError && /unknown command/i.test(error.message)
  const isUnexpected = error instanceof Refusal && error.problem.code === 'unexpected-password'
  if (!isUnknown && !isUnexpected) return error
  try {
    const role = await session.ask('ROLE')
    return Array.isArray(role) && (role as readonly unknown[])[0] === 'sentinel' ? sentinelRefusal() : error
  } catch (refusal) {
    if (refusal instanceof RedisReplyError || refusal instanceof Refusal) return error
    throw refusal
  }
}
