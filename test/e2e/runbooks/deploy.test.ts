import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writeEnvironmentFile } from '../../../sandbox/environment-file.js'
import { createToolchain, type Toolchain } from '../../../sandbox/stand-ins/toolchain.js'
import { nobody } from './quiet.js'
import { ending, type Real, startReal } from './real.js'

let real: Real
let toolchain: Toolchain
let production = ''
let python = ''

beforeAll(async () => {
  real = await startReal()
  const { folder } = real.launcher
  toolchain = await createToolchain(join(folder, 'toolchain'))
  python = join(folder, 'python')
  writeFileSync(python, `#!/bin/sh\nexec '${toolchain.tools.conda}' run -n helios-gpu-118 python "$@"\n`)
  chmodSync(python, 0o755)
  writeFileSync(join(folder, 'pyproject.toml'), '[project]\nname = "arqonbus"\n')
  production = join(folder, '.env.production')
})
afterAll(() => real.stop())
beforeEach(() => {
  writeEnvironmentFile(production, real.deployment.environment)
  writeFileSync(real.launcher.environmentFile, 'ARQONBUS_ENVIRONMENT=staging\n')
})
afterEach(async () => {
  await real.launcher.stop()
  toolchain.reset()
  writeEnvironmentFile(real.launcher.environmentFile, real.deployment.environment)
})

/** Without the gates, which have tests of their own. */
const deploy = () =>
  real.run('arqonbus/deploy-production', {
    ...real.place,
    python,
    select: 'arqonbus/config,arqonbus/secrets,arqonbus/runtime',
  })

describe('a production deployment (000-04)', () => {
  it('leaves a judged bus that runs, and its undo leaves what was there', async () => {
    const run = await deploy()
    expect(ending(run)).toBe('completed-with-manual')
    expect(readFileSync(real.launcher.environmentFile, 'utf8')).toBe(readFileSync(production, 'utf8'))
    expect(real.launcher.pid()).toBeGreaterThan(1)
    expect(ending(await real.undo(run))).toBe('undone')
    expect(real.launcher.pid()).toBeUndefined()
    expect(readFileSync(real.launcher.environmentFile, 'utf8')).toBe('ARQONBUS_ENVIRONMENT=staging\n')
  })

  it('changes nothing when the preflight is red', async () => {
    writeEnvironmentFile(production, { ...real.deployment.environment, ARQONBUS_ALLOW_JSON_INFRA: 'true' })
    const before = toolchain.runs().length
    const run = await deploy()
    expect(run.steps.get('preflight')?.state).toBe('failed')
    expect(run.steps.get('environment')?.state).toBe('not-run')
    expect(readFileSync(real.launcher.environmentFile, 'utf8')).toBe('ARQONBUS_ENVIRONMENT=staging\n')
    expect(toolchain.runs()).toHaveLength(before)
  })

  it('takes everything back by itself when the installation fails', async () => {
    toolchain.behave({ gates: { install: 'fails' } })
    const run = await deploy()
    expect(run.state).toBe('undone')
    expect(run.steps.get('install')?.message).toContain('the installation ended with 1')
    expect(readFileSync(real.launcher.environmentFile, 'utf8')).toBe('ARQONBUS_ENVIRONMENT=staging\n')
    expect(real.launcher.pid()).toBeUndefined()
  })
})

describe('a development deployment (000-05)', () => {
  it('starts a bus in memory, and refuses the environment of production', async () => {
    const development = {
      ...real.deployment.environment,
      ARQONBUS_ENVIRONMENT: 'development',
      ARQONBUS_PREFLIGHT_STRICT: 'false',
      ARQONBUS_STORAGE_MODE: 'degraded',
    }
    writeEnvironmentFile(real.launcher.environmentFile, development)
    const run = await real.run('arqonbus/deploy-development', { ...real.place, variant: 'debug' })
    expect(ending(run)).toBe('completed')
    expect(readFileSync(real.launcher.environmentFile, 'utf8')).toMatch(/^ARQONBUS_LOG_LEVEL=DEBUG$/m)
    await real.launcher.stop()
    writeEnvironmentFile(real.launcher.environmentFile, real.deployment.environment)
    expect(ending(await real.run('arqonbus/deploy-development', real.place))).toContain(
      'is the environment of production',
    )
  })
})

describe('the looks', () => {
  const look = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, real.place[name]!]))
  const files = () => ({ environment_file: production })

  it('find a healthy bus healthy (000-03, 000-15, 000-23, 000-24, 000-25, 000-26, 000-27, 000-28, 000-29, 000-30, 000-31, 000-32)', async () => {
    expect(ending(await deploy())).toBe('completed-with-manual')
    const looks: readonly (readonly [string, Record<string, string | number | boolean>])[] = [
      ['deploy-prerequisites', files()],
      ['monitoring-alerts', look('repository', 'bus_http_url')],
      ['daily', look('repository', 'bus_http_url')],
      ['weekly', look('repository', 'bus_http_url')],
      ['troubleshoot-start', look('repository', 'port')],
      ['troubleshoot-memory', look('repository', 'bus_http_url')],
      ['troubleshoot-timeouts', look('repository', 'port', 'bus_http_url')],
      ['troubleshoot-redis', files()],
      ['datastore-failover', real.place],
    ]
    for (const [name, parameters] of looks) {
      const run = await real.run(`arqonbus/${name}`, parameters)
      expect(`${name}: ${ending(run)}`).toBe(
        `${name}: ${name === 'datastore-failover' ? 'completed' : 'completed-with-manual'}`,
      )
    }
    const monthly = await real.run('arqonbus/monthly', look('repository'))
    expect(monthly.steps.get('backup/download')?.state).toBe('done')
    // Nobody has a file to show for the recovery.
    expect(monthly).toMatchObject({ state: 'open', exitCode: 29, message: expect.stringContaining('open: recovery') })
  })

  it('say what is wrong', async () => {
    const daily = await real.run('arqonbus/daily', look('repository', 'bus_http_url'))
    expect(ending(daily)).toContain('pid-file-missing')
    expect(daily.exitCode).toBe(1)
    expect([...daily.steps.values()].filter(({ attempts }) => attempts === 0)).toEqual([])
    expect(daily.steps.get('review')?.state).toBe('done')
    expect(
      ending(await real.run('arqonbus/troubleshoot-timeouts', look('repository', 'port', 'bus_http_url'))),
    ).toContain('connection-refused')
  })

  it('attest nothing where nobody is', async () => {
    const run = await real.run('arqonbus/deploy-prerequisites', files(), nobody)
    expect(run.steps.get('datastores')?.state).toBe('done')
    expect(run).toMatchObject({ state: 'open', exitCode: 29 })
  })
})
