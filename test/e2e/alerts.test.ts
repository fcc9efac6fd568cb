import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Deployment } from '../../sandbox/deployment.js'
import { writeEnvironmentFile } from '../../sandbox/environment-file.js'
import { findFault } from '../../sandbox/faults/catalogue.js'
import { changed, type FaultEffect } from '../../sandbox/faults/fault-effect.js'
import { freePort } from '../../sandbox/process/free-port.js'
import { startOwnedProcess } from '../../sandbox/process/owned-process.js'
import { alertsDocumentSchema, type AlertsDocument } from '../../src/alerts/alerts-document.js'
import { evaluateAlerts, type EvaluateOptions } from '../../src/alerts/evaluate-alerts.js'
import { watchAlerts } from '../../src/alerts/watch/watch-alerts.js'
import { alertHistorySchema } from '../../src/alerts/history/history-document.js'
import { startTestDeployment } from '../servers/cluster-template.js'
import { PassThrough } from 'node:stream'
import { canariesOf } from './canaries.js'

const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

let deployment: Deployment
beforeAll(async () => {
  deployment = await startTestDeployment({ withGates: false })
})
afterAll(() => deployment.stop())

interface Looked {
  /** Ids without their system. */
  readonly firing: readonly string[]
  readonly notEvaluable: Readonly<Record<string, string>>
  readonly document: AlertsDocument
}

function optionsFor(
  environment: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
  state: string,
): EvaluateOptions {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-alerts-'))
  const file = join(folder, 'production.env')
  writeEnvironmentFile(file, environment)
  const source = { checks: [], noBuiltin: false, config: undefined }
  return {
    ...source,
    source: { ...source, alerts: [] },
    systems: ['arqonbus'],
    profile: undefined,
    environment: { files: [file], pid: undefined, inherit: false },
    inputs: Object.entries(inputs).map(([name, value]) => `${name}=${value}`),
    limits: { timeout: 20_000 },
    state,
    runbooks: [],
  }
}

const newState = (): string => mkdtempSync(join(tmpdir(), 'preflight-alerts-state-'))

async function look(options: EvaluateOptions): Promise<Looked> {
  const document = alertsDocumentSchema.parse(await evaluateAlerts(options, new AbortController().signal))
  const of = (state: string) => document.alerts.filter((alert) => alert.state === state)
  const name = (id: string): string => id.replace('arqonbus/', '')
  return {
    firing: of('firing').map(({ id }) => name(id)),
    notEvaluable: Object.fromEntries(of('not-evaluable').map(({ id, message }) => [name(id), message])),
    document,
  }
}

/** The deployment with faults, as they can be at the same time. */
async function withFaults(
  names: readonly string[],
  then: (environment: Record<string, string>, inputs: Record<string, string>) => Promise<void>,
): Promise<void> {
  const effects: FaultEffect[] = []
  try {
    for (const name of names) effects.push(await findFault(name)!.apply(deployment))
    await then(
      effects.reduce((all, effect) => changed(all, effect.environment), { ...deployment.environment }),
      effects.reduce((all, effect) => changed(all, effect.inputs), { ...deployment.inputs }),
    )
  } finally {
    for (const effect of effects.reverse()) await effect.undo()
  }
}

/**
 * The history of a watch that saw the memory of the bus rise in each of 20 rounds: one real round, whose one sample is
 * followed back.
 */
async function grownHistory(
  environment: Record<string, string>,
  inputs: Record<string, string>,
): Promise<EvaluateOptions> {
  const options = optionsFor(environment, inputs, newState())
  const end = new AbortController()
  const clock = { now: Date.now, monotonic: () => performance.now(), wait: async () => end.abort(new Error('enough')) }
  const view = {
    stream: new PassThrough().resume() as unknown as NodeJS.WriteStream,
    mode: 'plain',
    colour: false,
  } as const
  await watchAlerts({ ...options, clock, view, intervalMs: 30_000, onChange: undefined }, end.signal)
  const folder = join(options.state!, 'alerts')
  const file = join(folder, readdirSync(folder)[0]!)
  const history = alertHistorySchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  const memory = history.alerts['arqonbus/memory-growth']!
  const [sample] = memory.samples[0]!
  memory.samples[0] = Array.from({ length: 20 }, (_, round) => ({ ...sample!, figure: 1 + round / 100 }))
  writeFileSync(file, JSON.stringify(history))
  return options
}

const withoutHistory = /^only 0 of 20 rounds of this process are known: `preflight alerts --watch` keeps the history$/

describe('the five alerts of ArqonBus (000-15)', () => {
  it('do not fire on a healthy deployment; without a history growth cannot be evaluated', async () => {
    const state = newState()
    const { firing, notEvaluable, document } = await look(optionsFor(deployment.environment, deployment.inputs, state))
    expect(firing).toEqual([])
    expect(notEvaluable).toEqual({ 'memory-growth': expect.stringMatching(withoutHistory) })
    expect(document).toMatchObject({ exitCode: 4, counts: { firing: 0, notEvaluable: 1, notFiring: 4 } })
    expect(existsSync(join(state, 'alerts'))).toBe(false)
  })

  it.each([
    ['service-down', 'bus-http-down', { storage: /arqonbus\/runtime\/health is fail/ }],
    ['service-down', 'health-unhealthy', {}],
    ['connections', 'bus-connections-used-up', {}],
    ['storage', 'storage-degraded-behind-a-healthy-status', {}],
    ['storage', 'status-storage-unhealthy', {}],
    ['websocket-timeouts', 'bus-silent-after-upgrade', {}],
  ])('%s fires alone with %s', async (alert, fault, unseen) => {
    await withFaults([fault], async (environment, inputs) => {
      const { firing, notEvaluable, document } = await look(optionsFor(environment, inputs, newState()))
      expect(firing).toEqual([alert])
      expect(notEvaluable).toEqual({
        'memory-growth': expect.stringMatching(withoutHistory),
        ...Object.fromEntries(Object.entries(unseen).map(([id, reason]) => [id, expect.stringMatching(reason)])),
      })
      expect(document.exitCode).toBe(1)
      for (const { name, form } of canariesOf(environment, inputs))
        expect(JSON.stringify(document).includes(form), `a form of ${name}`).toBe(false)
    })
  })

  it('memory-growth fires alone with a history in which the memory rose', async () => {
    const options = await grownHistory({ ...deployment.environment }, { ...deployment.inputs })
    const { firing, notEvaluable } = await look(options)
    expect({ firing, notEvaluable }).toEqual({ firing: ['memory-growth'], notEvaluable: {} })
  })

  it('fire together where their faults are there at the same time', async () => {
    const faults = ['bus-connections-used-up', 'storage-degraded-behind-a-healthy-status', 'bus-silent-after-upgrade']
    await withFaults(faults, async (environment, inputs) => {
      const { firing, document } = await look(await grownHistory(environment, inputs))
      expect(firing).toEqual(['storage', 'connections', 'websocket-timeouts', 'memory-growth'])
      const connections = document.alerts.find(({ id }) => id === 'arqonbus/connections')
      expect(connections).toMatchObject({ limit: 2, unit: 'connections', message: expect.stringMatching(/are in use/) })
      expect(connections!.value).toBeGreaterThanOrEqual(3)
    })
  })
})

describe('a service that is stopped, whose port is closed, whose name is unknown', () => {
  /** The bus as a process of its own, and what is said while something is wrong with it. */
  async function whileWrong(
    happens: (bus: { pause(): Promise<void>; resume(): void; stop(): Promise<void> }) => Promise<void>,
    inputs: Readonly<Record<string, string>> = {},
  ): Promise<Looked> {
    const folder = mkdtempSync(join(tmpdir(), 'preflight-own-bus-'))
    const [port, http, telemetry] = [await freePort(), await freePort(), await freePort()]
    const environment = {
      ...deployment.environment,
      ARQONBUS_SERVER_PORT: String(port),
      ARQONBUS_TELEMETRY_PORT: String(telemetry),
    }
    writeEnvironmentFile(join(folder, '.env'), environment)
    const bus = await startOwnedProcess({
      command: process.execPath,
      // Not as one file: it reads pages that lie beside it.
      args: [
        '--import',
        loader,
        join(import.meta.dirname, '../../sandbox/arqonbus/main.ts'),
        String(http),
        String(process.pid),
      ],
      folder,
      logFile: join(folder, 'bus.log'),
    })
    try {
      const own = {
        ...deployment.inputs,
        'arqonbus.bus_url': `ws://127.0.0.1:${port}/`,
        'arqonbus.bus_http_url': `http://127.0.0.1:${http}`,
        'arqonbus.telemetry_url': `ws://127.0.0.1:${telemetry}/`,
      }
      const options = { ...optionsFor(environment, { ...own, ...inputs }, newState()), limits: { timeout: 20_000 } }
      while ((await look(options)).firing.includes('service-down') && Object.keys(inputs).length === 0)
        if (!bus.isRunning()) throw new Error(`the bus did not start: ${bus.output()}`)
      await happens(bus)
      // A process that is stopped answers nothing, however long it is asked.
      return await look({ ...options, limits: { timeout: 1500 } })
    } finally {
      bus.resume()
      await bus.stop('SIGKILL')
    }
  }

  it('stopped: the service alert fires, and so does that of silent connections', async () => {
    const { firing, notEvaluable, document } = await whileWrong((bus) => bus.pause())
    expect(firing).toEqual(['service-down', 'websocket-timeouts'])
    expect(notEvaluable['storage']).toMatch(/could not be observed: .*no answer/)
    expect(document.alerts[0]).toMatchObject({ conditions: [{ status: 'timeout' }] })
  })

  it('closed: the service alert fires, and what cannot be seen is named', async () => {
    const { firing, notEvaluable } = await whileWrong((bus) => bus.stop())
    expect(firing).toEqual(['service-down'])
    expect(Object.keys(notEvaluable).sort()).toEqual(['connections', 'memory-growth', 'storage', 'websocket-timeouts'])
    expect(notEvaluable['websocket-timeouts']).toMatch(/^could not be observed: .*connection-refused/)
    expect(notEvaluable['connections']).toMatch(/^does not apply: .*does not run/)
  })

  it('unknown: the service alert says why it cannot be evaluated', async () => {
    const { firing, notEvaluable } = await whileWrong(async () => undefined, {
      'arqonbus.bus_http_url': 'http://no-such-bus.invalid:8080',
    })
    expect(firing).toEqual([])
    expect(notEvaluable['service-down']).toMatch(/^could not be observed: nothing was asked: .*no-such-bus\.invalid/)
  })
})
