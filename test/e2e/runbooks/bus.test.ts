import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { spawn } from 'node:child_process'
import { writeEnvironmentFile } from '../../../sandbox/environment-file.js'
import { ending, type Real, startReal } from './real.js'

let real: Real

beforeAll(async () => {
  real = await startReal()
})
afterAll(() => real.stop())
afterEach(async () => {
  await real.launcher.stop()
  writeEnvironmentFile(real.launcher.environmentFile, real.deployment.environment)
})

const start = async () => {
  const run = await real.run('arqonbus/start', at('repository', 'port', 'bus_http_url'))
  expect(ending(run)).toBe('completed')
  return run
}
const at = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, real.place[name]!]))
const place = () => at('repository', 'port', 'bus_http_url')
const environment = (): string => readFileSync(real.launcher.environmentFile, 'utf8')
const page = async (path: string) =>
  (await (await fetch(`${String(real.place['bus_http_url'])}${path}`)).json()) as Record<string, never>

describe('a start', () => {
  it('leaves a bus that runs, and its undo stops it', async () => {
    const run = await start()
    const pid = real.launcher.pid()
    expect(pid).toBeGreaterThan(1)
    expect(ending(await real.undo(run))).toBe('undone')
    expect(real.launcher.pid()).toBeUndefined()
  })

  it('is refused while something listens on the port', async () => {
    await start()
    const pid = real.launcher.pid()
    expect(ending(await real.run('arqonbus/start', place()))).toMatch(/^failed: .*port \d+ is taken/s)
    expect(real.launcher.pid()).toBe(pid)
  })

  it('that comes to nothing leaves no process', async () => {
    writeEnvironmentFile(real.launcher.environmentFile, {
      ...real.deployment.environment,
      ARQONBUS_STORAGE_BACKEND: 'nonsense',
    })
    const run = await real.run('arqonbus/start', { ...place(), patience: 2 })
    expect(ending(run)).toMatch(/^failed: .*the bus did not start/s)
    expect(real.launcher.pid()).toBeUndefined()
  })
})

describe('a restart', () => {
  it('replaces the process of the pid file (000-33)', async () => {
    await start()
    const pid = real.launcher.pid()
    expect(ending(await real.run('arqonbus/restart', place()))).toBe('completed')
    expect(real.launcher.pid()).not.toBe(pid)
    expect(await page('/status')).toMatchObject({ status: 'healthy', storage: true })
  })

  it('kills a bus that does not end, and nothing else', async () => {
    await start()
    const pid = real.launcher.pid()!
    process.kill(pid, 'SIGSTOP')
    const run = await real.run('arqonbus/emergency-restart', place())
    expect(ending(run)).toBe('completed-with-manual')
    expect(run.steps.get('restart/kill')?.state).toBe('done')
    expect(real.launcher.pid()).not.toBe(pid)
  })

  it('does not touch a process that the pid file names by mistake', async () => {
    const other = spawn('sleep', ['600'], { stdio: 'ignore' })
    writeFileSync(real.launcher.pidFile, `${other.pid}\n`)
    const run = await real.run('arqonbus/restart', { ...place(), force: true })
    expect(ending(run)).toMatch(/^failed: .*is not the bus/s)
    writeFileSync(real.launcher.pidFile, '')
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      other.once('exit', (_code, signal) => resolve(signal)),
    )
    other.kill('SIGTERM')
    expect(await ended).toBe('SIGTERM')
  })
})

describe('memory in place of the datastore', () => {
  it('is refused where the storage is strict', async () => {
    expect(ending(await real.run('arqonbus/recover-memory-mode', place()))).toMatch(
      /^failed: .*the storage mode is strict/s,
    )
  })

  it('is what the bus runs on afterwards, and the undo goes back (000-34)', async () => {
    writeEnvironmentFile(real.launcher.environmentFile, {
      ...real.deployment.environment,
      ARQONBUS_STORAGE_MODE: 'degraded',
    })
    const before = environment()
    await start()
    const run = await real.run('arqonbus/recover-memory-mode', place())
    expect(ending(run)).toBe('completed-with-manual')
    expect(await page('/storage/stats')).toMatchObject({ storage_backend: 'memory' })
    expect(ending(await real.undo(run))).toBe('undone')
    expect(environment()).toBe(before)
    expect(await page('/storage/stats')).toMatchObject({ backend_type: 'redis_streams' })
  })
})

describe('tuning', () => {
  it.each([
    ['connections', '000-39', /^ARQONBUS_MAX_CONNECTIONS=2000$/m],
    ['compression', '000-41', /^ARQONBUS_COMPRESSION=true$/m],
    ['history', '000-42', /^ARQONBUS_MAX_HISTORY_SIZE=5000$/m],
    ['persistence', '000-43', /^ARQONBUS_STORAGE_BACKEND=redis$/m],
  ])('changes %s (%s), and its undo goes back', async (change, _row, line) => {
    await start()
    const before = environment()
    const pid = real.launcher.pid()
    const run = await real.run('arqonbus/tune', { ...place(), change })
    expect(ending(run)).toBe('completed')
    expect(environment()).toMatch(line)
    expect(real.launcher.pid()).not.toBe(pid)
    expect(ending(await real.undo(run))).toBe('undone')
    expect(environment()).toBe(before)
    expect(await page('/status')).toMatchObject({ status: 'healthy' })
  })
})

describe('inspection', () => {
  it('is switched on in the environment and by a restart, and off again by the undo (000-18)', async () => {
    await start()
    const before = environment()
    const url = `ws://127.0.0.1:${String(real.place['port'])}/`
    const run = await real.run('arqonbus/casil-enable-monitor', { ...place(), bus_url: url, scope: 'secure-*' })
    expect(ending(run)).toBe('completed')
    expect(environment()).toMatch(/^ARQONBUS_CASIL_SCOPE_INCLUDE=/m)
    expect(ending(await real.undo(run))).toBe('undone')
    expect(environment()).toBe(before)
    expect(await page('/status')).toMatchObject({ status: 'healthy' })
  })
})
