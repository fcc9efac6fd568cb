import { z } from 'zod'
import { credential } from '../../net/credential.js'
import { surroundingsOf } from '../../environment/driver-context.js'
import { driverInput } from '../../net/driver-input.js'
import { defineCollector } from '../../engine/collector.js'
import { targetFiles } from '../../environment/target-files.js'
import { leaveElsewhere } from '../../net/named-files.js'
import { logInToRedis } from '../../net/redis/redis-login.js'
import type { RedisSession } from '../../net/redis/redis-session.js'
import { readRedisSetting } from '../../net/redis/redis-settings.js'
import { readRedisSecurity, readRedisTarget, redisAddress } from '../../net/redis/redis-target.js'
import { Parts } from './gathering/parts.js'
import { latencyEvents, moduleVersions, roleOf } from './redis-info/replies.js'
import { serverSections } from './redis-info/sections.js'
import { settingNames } from './redis-info/redis-config.js'

const input = z.strictObject({
  url: credential().describe(
    'connection URL as redis-py reads it: redis, rediss (TLS) or unix, with credentials and database',
  ),
  driver: driverInput('redis'),
  'trust-file': z
    .string()
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
  title: 'what a Redis or Valkey server says of itself',
  input,
  async collect(given, { signal, environment }) {
    const target = readRedisTarget(given.url, given.driver, surroundingsOf(environment))
    if (given['target-files'] === 'elsewhere') leaveElsewhere(target.files)
    const { database, tls } = target
    const security = await readRedisSecurity(target, given['trust-file'])
    const session = await logInToRedis(target, security, commandLimit, signal)
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
