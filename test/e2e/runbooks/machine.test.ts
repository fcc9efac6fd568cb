import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createCheckout } from '../../../sandbox/stand-ins/checkout/checkout.js'
import { ending, type Real, startReal } from './real.js'

let real: Real
let ufw = ''
let rules = ''

/** Keeps its rules in a file, and prints them as ufw does. */
const standIn = (file: string): string => `#!/bin/bash
case "$*" in
  status) echo 'Status: active' ;;
  'show added') echo 'Added user rules (see ufw status for running firewall):'; sed 's/^/ufw /' '${file}' ;;
  'delete '*) shift; grep -vxF "$*" '${file}' >'${file}.new'; mv '${file}.new' '${file}' ;;
  *) echo "$*" >>'${file}' ;;
esac
`

beforeAll(async () => {
  real = await startReal()
  ufw = join(real.launcher.folder, 'ufw')
  rules = join(real.launcher.folder, 'rules')
  writeFileSync(ufw, standIn(rules))
  chmodSync(ufw, 0o755)
})
afterAll(() => real.stop())
beforeEach(() => writeFileSync(rules, 'allow 22/tcp\n'))

describe('the firewall (000-45)', () => {
  const change = () =>
    real.run('arqonbus/firewall', { ufw, close_redis: true, environment_file: real.launcher.environmentFile })

  it('gets the rules it lacks, and its undo deletes those', async () => {
    const run = await change()
    expect(ending(run)).toBe('completed')
    expect(readFileSync(rules, 'utf8')).toBe('allow 22/tcp\nallow 9100/tcp\ndeny 6379/tcp\n')
    expect(ending(await real.undo(run))).toBe('undone')
    expect(readFileSync(rules, 'utf8')).toBe('allow 22/tcp\n')
  })

  it('keeps a rule that was there before', async () => {
    writeFileSync(rules, 'allow 22/tcp\nallow 9100/tcp\n')
    const run = await change()
    expect(run.steps.get('open')?.state).toBe('skipped')
    expect(ending(await real.undo(run))).toBe('undone')
    expect(readFileSync(rules, 'utf8')).toBe('allow 22/tcp\nallow 9100/tcp\n')
  })

  it('gets its rules back by itself when the hot store is cut off', async () => {
    await real.deployment.servers.redis.stop()
    const run = await change()
    await real.deployment.servers.redis.restart()
    expect(run.state).toBe('undone')
    expect(readFileSync(rules, 'utf8')).toBe('allow 22/tcp\n')
  })
})

describe('a failed preflight (003-08)', () => {
  it('is handed over with the commit and what is no secret', async () => {
    const repository = join(real.launcher.folder, 'checkout')
    await createCheckout(repository)
    const parameters = {
      repository,
      environment_file: real.launcher.environmentFile,
      failing: 'arqonbus/config/numbers',
      severity: 'high',
      cause: 'config',
    }
    const run = await real.run('arqonbus/preflight-incident', parameters)
    expect(ending(run)).toBe('completed-with-manual')
    const report = readFileSync(join(real.folderOf(run), 'incident.txt'), 'utf8')
    expect(report).toContain(execFileSync('git', ['rev-parse', 'HEAD'], { cwd: repository, encoding: 'utf8' }).trim())
    expect(report).toContain('severity: high\ncause: config')
    expect(report).toContain('ARQONBUS_STORAGE_MODE=strict')
    expect(report).toContain('ARQONBUS_AUTH_JWT_SECRET is set')
    for (const name of ['ARQONBUS_AUTH_JWT_SECRET', 'JWT_SECRET', 'ARQONBUS_POSTGRES_URL', 'ARQONBUS_VALKEY_URL'])
      expect(report).not.toContain(real.deployment.environment[name])
  })
})
