import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startBus, type Bus } from '../../../sandbox/arqonbus/bus.js'
import { agreeable, ending, type Real, startReal } from './real.js'

let real: Real
let bus: Bus
let url = ''

beforeAll(async () => {
  real = await startReal()
  bus = await startBus(real.deployment.environment, { folder: real.launcher.folder })
  url = `ws://127.0.0.1:${bus.webSocket.port}/`
})
afterAll(async () => {
  await bus.stop()
  await real.stop()
})
beforeEach(() => bus.adopt(real.deployment.environment))

const policy = async () => {
  const run = await real.run('arqonbus/casil-reload', { bus_url: url })
  return run.steps.get('read')?.outputs['previous']
}

describe('a reload', () => {
  it('changes what is named and keeps the rest, and its undo sends back what there was (000-11)', async () => {
    const before = await policy()
    expect(before).toMatchObject({ mode: 'monitor', max_payload_bytes: 262_144 })
    const run = await real.run('arqonbus/casil-reload', {
      bus_url: url,
      mode: 'enforce',
      max_payload_bytes: 8192,
      redaction_patterns: 'token,secret',
    })
    expect(ending(run)).toBe('completed')
    expect(await policy()).toEqual({
      ...(before as object),
      mode: 'enforce',
      max_payload_bytes: 8192,
      redaction_patterns: ['token', 'secret'],
    })
    expect(ending(await real.undo(run))).toBe('undone')
    expect(await policy()).toEqual(before)
  })

  it('is refused below the limit under which it could not be taken back', async () => {
    expect(ending(await real.run('arqonbus/casil-reload', { bus_url: url, max_payload_bytes: 100 }))).toMatch(
      /^failed: .*less than|^failed: .*below 4096/s,
    )
    expect(await policy()).toMatchObject({ max_payload_bytes: 262_144 })
  })

  it('shows no secret of the bus', async () => {
    const run = await real.run('arqonbus/casil-reload', { bus_url: url })
    expect(JSON.stringify([run.started, ...run.steps.values()])).not.toContain(
      real.deployment.environment['ARQONBUS_AUTH_JWT_SECRET'],
    )
  })
})

describe('tighten and relax', () => {
  it('block, write it down for the next start, and are taken back (000-19, 000-20)', async () => {
    const before = readFileSync(real.launcher.environmentFile, 'utf8')
    const file = real.launcher.environmentFile
    const tighten = await real.run('arqonbus/casil-tighten', {
      bus_url: url,
      max_payload_bytes: 16_384,
      persist: true,
      environment_file: file,
    })
    expect(ending(tighten)).toBe('completed')
    expect(await policy()).toMatchObject({
      mode: 'enforce',
      max_payload_bytes: 16_384,
      redaction_patterns: ['token', 'secret', 'api_key'],
    })
    expect(readFileSync(file, 'utf8')).toMatch(/^ARQONBUS_CASIL_MODE=enforce$/m)
    const relax = await real.run('arqonbus/casil-relax', { bus_url: url })
    expect(ending(relax)).toBe('completed-with-manual')
    expect(await policy()).toMatchObject({ mode: 'monitor', enabled: true, max_payload_bytes: 16_384 })
    expect(ending(await real.undo(relax))).toBe('undone')
    expect(await policy()).toMatchObject({ mode: 'enforce' })
    expect(ending(await real.undo(tighten))).toBe('undone')
    expect(await policy()).toMatchObject({ mode: 'monitor', max_payload_bytes: 262_144 })
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  it('can switch inspection off (000-20)', async () => {
    const run = await real.run('arqonbus/casil-relax', { bus_url: url, to: 'off' })
    expect(ending(run)).toBe('completed-with-manual')
    expect(await policy()).toMatchObject({ enabled: false })
    expect(run.steps.get('how/monitor/reload')?.state).toBe('skipped')
  })
})

describe('an incident', () => {
  it('is contained with proof that nothing gets through, and relaxed (000-21)', async () => {
    const run = await real.run('arqonbus/casil-incident', { bus_url: url, max_payload_bytes: 65_536 }, agreeable)
    expect(ending(run)).toBe('completed-with-manual')
    expect(run.steps.get('refused')?.facts['errorCode']).toBe('CASIL_POLICY_BLOCKED_SECRET')
    expect(await policy()).toMatchObject({ mode: 'monitor' })
  })
})
