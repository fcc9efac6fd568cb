import type { RedisReply } from '../../../net/redis/redis-session.js'

const listOf = (reply: RedisReply | undefined): readonly RedisReply[] =>
  Array.isArray(reply) ? (reply as readonly RedisReply[]) : []

/**
 * The reply to ROLE: of a master how far its stream is and that of each replica, of a replica whom it repeats and how
 * well.
 */
export function roleOf(reply: RedisReply): Readonly<Record<string, unknown>> {
  const [role, ...rest] = listOf(reply)
  if (role === 'master')
    return {
      role,
      offset: rest[0],
      replicas: listOf(rest[1]).map((replica) => ({ offset: Number(listOf(replica)[2]) })),
    }
  if (role === 'slave')
    return { role: 'replica', primary: `${String(rest[0])}:${String(rest[1])}`, link: rest[2], offset: rest[3] }
  if (role === 'sentinel') return { role, primaries: listOf(rest[0]).length }
  throw new Error('its ROLE is none that is known')
}

/** The reply to LATENCY LATEST: what was slow last, and how slow at worst, in milliseconds. */
export function latencyEvents(reply: RedisReply): readonly Readonly<Record<string, unknown>>[] {
  return listOf(reply).map((event) => {
    const [name, at, latest, worst] = listOf(event)
    return { event: name, at: new Date(Number(at) * 1000).toISOString(), latestMs: latest, worstMs: worst }
  })
}

/** The reply to MODULE LIST. Their paths and arguments, which may hold credentials, are not kept. */
export function moduleVersions(reply: RedisReply): readonly Readonly<Record<string, unknown>>[] {
  return listOf(reply).map((module) => {
    const fields = listOf(module)
    const field = (name: string): RedisReply => fields[fields.indexOf(name) + 1] ?? null
    return { name: field('name'), version: field('ver') }
  })
}
