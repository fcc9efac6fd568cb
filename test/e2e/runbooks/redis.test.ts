import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlRedis, type RedisControl } from '../../../sandbox/servers/redis-control.js'
import { ending, type Real, startReal } from './real.js'

let real: Real
let control: RedisControl

beforeAll(async () => {
  real = await startReal()
})
afterAll(async () => {
  await control?.release()
  await real.stop()
})

const redis = (command: string, ...args: (string | number)[]) =>
  real.deployment.servers.redis.administer(command, ...args)

describe('a backup', () => {
  it('is a snapshot in a file that was not there (000-28)', async () => {
    await redis('SET', 'kept', 'one')
    const archive = join(real.launcher.folder, 'backup.rdb')
    expect(ending(await real.run('arqonbus/redis-backup', { archive }))).toBe('completed')
    const taken = readFileSync(archive)
    expect(taken.subarray(0, 5).toString()).toBe('REDIS')
    expect(ending(await real.run('arqonbus/redis-backup', { archive }))).toMatch(/^failed: .*refusing to overwrite/s)
    expect(readFileSync(archive)).toEqual(taken)
  })
})

describe('tuning Redis (000-40)', () => {
  it('changes its settings, and its undo puts the old ones back', async () => {
    const run = await real.run('arqonbus/tune-redis', { tcp_keepalive: 61 })
    expect(ending(run)).toBe('completed')
    expect(await redis('CONFIG', 'GET', 'save')).toEqual(['save', '60 1000'])
    expect(await redis('CONFIG', 'GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
    expect(ending(await real.undo(run))).toBe('undone')
    expect(await redis('CONFIG', 'GET', 'save')).toEqual(['save', ''])
    expect(await redis('CONFIG', 'GET', 'tcp-keepalive')).toEqual(['tcp-keepalive', '300'])
  })

  it('evicts only when somebody else agrees', async () => {
    const run = await real.run('arqonbus/tune-redis', { policy: 'allkeys-lru' })
    expect(ending(run)).toBe('completed')
    expect(run.steps.get('evict')?.facts).toMatchObject({ approved: true, by: 'somebody-else' })
    expect(await redis('CONFIG', 'GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru'])
    expect(ending(await real.undo(run))).toBe('undone')
  })
})

describe('a restore', () => {
  it('brings back what the backup held, and its undo what was there before (000-35)', async () => {
    await redis('FLUSHALL')
    await redis('SET', 'first', '1')
    await redis('SET', 'second', '2')
    const backup = join(real.launcher.folder, 'two-keys.rdb')
    expect(ending(await real.run('arqonbus/redis-backup', { archive: backup }))).toBe('completed')
    await redis('SET', 'third', '3')
    control = await controlRedis(real.deployment.servers.redis)
    const { execFileSync } = await import('node:child_process')
    execFileSync(control.script, ['start'])
    const parameters = { ...real.place, backup, expected_keys: 2, redis_script: control.script }
    const run = await real.run('arqonbus/recover-redis-backup', parameters)
    expect(ending(run)).toBe('completed')
    expect(await redis('GET', 'third')).toBeNull()
    expect(await redis('GET', 'second')).toBe('2')
    expect(ending(await real.undo(run))).toBe('undone')
    expect(await redis('GET', 'third')).toBe('3')
  })
})
