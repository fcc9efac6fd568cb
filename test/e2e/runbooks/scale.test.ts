import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Launcher } from '../../../sandbox/arqonbus/launcher.js'
import { writeEnvironmentFile } from '../../../sandbox/environment-file.js'
import { freePort } from '../../../sandbox/process/free-port.js'
import { runToEnd } from '../../../sandbox/process/run-to-end.js'
import type { Person } from '../../../src/engine/person.js'
import { nobody } from './quiet.js'
import { agreeable, createLauncher, ending, type Real, startReal } from './real.js'

let real: Real
/** A second bus, on ports of its own, with the secret and the storage of the first. */
let added: Launcher
let environment: Readonly<Record<string, string>>

beforeAll(async () => {
  real = await startReal()
  environment = {
    ...real.deployment.environment,
    ARQONBUS_SERVER_PORT: String(await freePort()),
    ARQONBUS_TELEMETRY_PORT: String(await freePort()),
  }
  added = createLauncher(mkdtempSync(join(tmpdir(), 'preflight-second-bus-')), {
    environment,
    httpPort: await freePort(),
  })
})
afterAll(async () => {
  await added?.stop()
  if (added !== undefined) rmSync(added.folder, { recursive: true, force: true })
  await real?.stop()
})
afterEach(async () => {
  await added.stop()
  await real.launcher.stop()
  writeEnvironmentFile(added.environmentFile, environment)
  writeEnvironmentFile(real.launcher.environmentFile, real.deployment.environment)
})

const parameters = () => ({
  bus_http_url: real.place['bus_http_url']!,
  new_environment_file: added.environmentFile,
  new_http_url: `http://127.0.0.1:${added.httpPort}`,
  new_bus_url: `ws://127.0.0.1:${environment['ARQONBUS_SERVER_PORT']!}/`,
})

/** Starts the new bus where the step asks for it, and not before. */
const starting: Person = {
  ...agreeable,
  async type(question, expected, signal) {
    if (question.explain?.includes('Start the new bus on its machine') === true)
      expect(
        ending(
          await real.run('arqonbus/start', {
            repository: added.folder,
            port: Number(environment['ARQONBUS_SERVER_PORT']),
            bus_http_url: `http://127.0.0.1:${added.httpPort}`,
          }),
        ),
      ).toBe('completed')
    return agreeable.type(question, expected, signal)
  },
}

const startFirst = async () => expect(ending(await real.run('arqonbus/start', real.place))).toBe('completed')

describe('a bus that is added (000-36)', () => {
  it('is judged before it starts and again when it runs, beside the first', async () => {
    await startFirst()
    const run = await real.run('arqonbus/recover-scale', parameters(), starting)
    expect(ending(run)).toBe('completed-with-manual')
    expect([...run.steps].map(([path, { state }]) => `${path} ${state}`)).toEqual([
      'storage done',
      'shared done',
      'shared-by-its-type skipped',
      'fit done',
      'start done',
      'running done',
      'balance done',
    ])
    expect(run.steps.get('running')?.facts).toMatchObject({ red: [] })
    expect(run.steps.get('balance')?.facts).toMatchObject({ attested: true, note: 'seen' })
    expect(added.pid()).toBeGreaterThan(1)
    expect(added.pid()).not.toBe(real.launcher.pid())
  })

  it('is refused where the first stores in memory, which nobody can share', async () => {
    writeEnvironmentFile(real.launcher.environmentFile, {
      ...real.deployment.environment,
      ARQONBUS_STORAGE_BACKEND: 'memory',
      ARQONBUS_STORAGE_MODE: 'degraded',
    })
    await runToEnd(real.launcher.script, ['start'], { folder: real.launcher.folder })
    await expect
      .poll(
        async () => (await fetch(`${String(real.place['bus_http_url'])}/system/config`).catch(() => undefined))?.status,
        { timeout: 30_000 },
      )
      .toBe(200)
    expect(ending(await real.run('arqonbus/recover-scale', parameters(), nobody))).toMatch(
      /^failed: .*a second one would not see its messages/s,
    )
  })

  it('is not started with an environment that it would not start with', async () => {
    await startFirst()
    writeEnvironmentFile(added.environmentFile, { ...environment, ARQONBUS_INFRA_PROTOCOL: 'json' })
    const run = await real.run('arqonbus/recover-scale', parameters(), nobody)
    expect(run.steps.get('fit')?.state).toBe('failed')
    expect(JSON.stringify(run.steps.get('fit')?.facts['red'])).toContain('arqonbus/config/infra-protocol')
    expect(run.steps.get('start')?.state).toBe('not-run')
  })

  it('gets no clients when nobody started it', async () => {
    await startFirst()
    const run = await real.run('arqonbus/recover-scale', parameters())
    expect(run.steps.get('start')?.state).toBe('done')
    expect(run.steps.get('running')?.state).toBe('failed')
    expect(run.steps.get('balance')?.state).toBe('not-run')
  })
})
