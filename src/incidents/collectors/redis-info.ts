import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { credential, driverInput } from '../../net/credential.js'
import { driverContextOf, targetFiles } from '../../environment/driver-context.js'
import { defineCollector } from '../../engine/collector.js'
import { leaveElsewhere } from '../../net/named-files.js'
import { logInToRedis } from '../../net/redis/redis-login.js'
import { type RedisSession, type RedisReply, readRedisSetting, parseRedisInfo } from '../../net/redis/redis-session.js'
import { readRedisSecurity, readRedisTarget, redisAddress } from '../../net/redis/redis-target.js'
import { Parts } from './gathering/parts.js'

const input = z.strictObject({
  url: credential().describe(
    'connection URL as redis-py reads it: redis, rediss (TLS) or unix, with credentials and database',
  ),
  driver: driverInput('redis'),
  'trust-file': pathOrEmpty()
    .default('')
    .describe('PEM file of certificates to trust with rediss, before the one the URL names'),
  'target-files': targetFiles(),
})

/**
 * Milliseconds for one command: a server that is slow to answer is what an incident is about, and it has other parts to
 * tell.
 */
const commandLimit = 5000

/**
 * What a Redis or Valkey server says of itself: figures and settings. No key, no value, no client's address or name, no
 * command's arguments.
 */
export const collector = defineCollector({
  kind: 'redis-info',
  title: 'what a Redis or Valkey server reports about itself',
  input,
  async collect(given, { signal, environment }) {
    const target = readRedisTarget(given.url, given.driver, driverContextOf(environment))
    if (given['target-files'] === 'elsewhere') leaveElsewhere(target.files)
    const { database, tls } = target
    const security = await readRedisSecurity(target, given['trust-file'])
    const session = await logInToRedis(target, security, { signal, limit: () => commandLimit })
    try {
      const parts = new Parts(signal)
      await parts.take('info', async () => serverSections(String(await session.ask('INFO', 'all'))))
      await parts.take('role', async () => roleOf(await session.ask('ROLE')))
      await parts.take('settings', () => settingsOf(session))
      await parts.take('slowlogLength', () => session.ask('SLOWLOG', 'LEN'))
      await parts.take('latency', async () => latencyEvents(await session.ask('LATENCY', 'LATEST')))
      await parts.take('modules', async () => moduleVersions(await session.ask('MODULE', 'LIST')))
      return parts.gathered({ address: redisAddress(target), database, tls: tls !== undefined })
    } finally {
      session.end()
    }
  },
})

/** One by one: several at once are understood from Redis 7 on. */
async function settingsOf(session: RedisSession): Promise<Readonly<Record<string, string>>> {
  const settings: Record<string, string> = {}
  for (const name of settingNames) {
    const value = await readRedisSetting(session, name)
    if (value !== undefined) settings[name] = value
  }
  if (Object.keys(settings).length === 0) throw new Error('CONFIG is denied or unknown')
  return settings
}

/**
 * Settings that decide what a server keeps, drops and refuses. None of them holds a credential, as `requirepass` or
 * `masterauth` do.
 */
const settingNames = [
  'appendfsync',
  'appendonly',
  'client-output-buffer-limit',
  'cluster-enabled',
  'databases',
  'hz',
  'io-threads',
  'latency-monitor-threshold',
  'maxclients',
  'maxmemory',
  'maxmemory-policy',
  'min-replicas-max-lag',
  'min-replicas-to-write',
  'protected-mode',
  'replica-read-only',
  'replica-serve-stale-data',
  'save',
  'slowlog-log-slower-than',
  'slowlog-max-len',
  'stop-writes-on-bgsave-error',
  'tcp-keepalive',
  'timeout',
] as const

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
  throw new Error('its ROLE is unknown')
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

/** Sections whose fields are figures, modes and versions. What a module adds may name its user's data. */
const kept = [
  'Server',
  'Clients',
  'Memory',
  'Persistence',
  'Threads',
  'Stats',
  'Replication',
  'CPU',
  'Commandstats',
  'Latencystats',
  'Errorstats',
  'Cluster',
  'Keyspace',
]

/** Error prefixes may come from a script of the user's; those of the server are capitals. */
const ownField = /^(?!errorstat_)|^errorstat_[A-Z]+$/

type Sections = Readonly<Record<string, Readonly<Record<string, string>>>>

/** An INFO reply by section, without what is not the server's own. */
export function serverSections(text: string): Sections {
  const sections: Record<string, Readonly<Record<string, string>>> = {}
  for (const block of text.split(/^# /m).slice(1)) {
    const name = block.slice(0, block.indexOf('\r\n')).trim()
    if (!kept.includes(name)) continue
    sections[name.toLowerCase()] = Object.fromEntries(
      [...parseRedisInfo(block)].filter(([field]) => ownField.test(field)),
    )
  }
  if (Object.keys(sections).length === 0) throw new Error('its INFO has no known section')
  return sections
}
