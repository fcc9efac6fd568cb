import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AegisDeployment, startAegis } from '../../../sandbox/aegis/deployment.js'
import { aegisFaults } from '../../../sandbox/aegis/faults/catalogue.js'
import { writeEnvironmentFile } from '../../../sandbox/environment-file.js'
import { changed, type FaultEffect } from '../../../sandbox/faults/fault-effect.js'
import { allAlerts } from '../../../src/alerts/alert-options.js'
import { evaluateAlerts } from '../../../src/alerts/evaluate-alerts.js'
import { loadAll } from '../../../src/checks/list-checks.js'
import { clusterTemplate } from '../../servers/cluster-template.js'

let aegis: AegisDeployment
beforeAll(async () => {
  aegis = await startAegis({ clusterTemplate: clusterTemplate(), limit: { requests: 100, windowMs: 50 } })
}, 60_000)
afterAll(() => aegis.stop())

interface Fired {
  readonly firing: readonly string[]
  readonly notEvaluable: readonly string[]
  readonly commands: Readonly<Record<string, string>>
}

/** Every alert once, with a history of its own, while these faults are there. */
async function fired(names: readonly string[], inputs: Readonly<Record<string, string>> = {}): Promise<Fired> {
  const effects: FaultEffect[] = []
  const folder = mkdtempSync(join(tmpdir(), 'preflight-aegis-alerts-'))
  const file = join(folder, 'production.env')
  const source = { checks: [], noBuiltin: false, config: undefined }
  try {
    for (const name of names) effects.push(await aegisFaults.find((each) => each.name === name)!.apply(aegis))
    writeEnvironmentFile(
      file,
      effects.reduce((all, effect) => changed(all, effect.environment), { ...aegis.environment }),
    )
    const given = effects.reduce((all, effect) => changed(all, effect.inputs), { ...aegis.inputs, ...inputs })
    const document = await evaluateAlerts(
      {
        ...source,
        source: { ...source, alerts: [] },
        systems: ['aegis'],
        profile: undefined,
        environment: { files: [file], pid: undefined, inherit: false },
        inputs: Object.entries(given).map(([key, value]) => `${key}=${value}`),
        limits: { timeout: 20_000 },
        state: join(folder, 'state'),
        runbooks: [],
      },
      new AbortController().signal,
    )
    const of = (state: string) =>
      document.alerts.filter((alert) => alert.state === state).map(({ id }) => id.replace('aegis/', ''))
    return {
      firing: of('firing').toSorted(),
      notEvaluable: of('not-evaluable'),
      commands: Object.fromEntries(document.alerts.map(({ id, response }) => [id, response.command])),
    }
  } finally {
    for (const effect of effects.reverse()) await effect.undo()
  }
}

describe('the alerts of Aegis (001-09, 001-10, 001-11, 001-12, 001-13)', () => {
  it.each([
    ['aegis-down', ['api-down']],
    ['aegis-database-down', ['database-down']],
    ['aegis-broker-down', ['broker-down', 'broker-refuses']],
    ['aegis-broker-refuses-the-login', ['broker-refuses']],
    ['aegis-broker-open', ['open-doors']],
    ['aegis-open-to-all', ['open-doors']],
    ['aegis-many-errors', ['error-rate']],
    ['aegis-disk-full', ['disk-full']],
    ['aegis-slow', ['slow-answers']],
    ['aegis-clients-ask-too-often', ['throttled']],
    ['aegis-certificates-expire-soon', ['certificates-expire']],
    ['aegis-public-authority', ['certificates-expire', 'public-authority']],
    ['aegis-token-in-the-log', ['tokens-logged']],
    ['aegis-more-connections-than-the-server-has', ['connections']],
  ])('%s: %j', async (fault, expected) => {
    expect((await fired([fault])).firing).toEqual(expected)
  })

  it('do not fire for a whole Aegis, and say what to run', async () => {
    const { firing, commands } = await fired([])
    expect(firing).toEqual([])
    expect(commands['aegis/broker-down']).toContain('runbook run aegis/incident-p0-p1')
    expect(commands['aegis/broker-down']).toContain('service=mosquitto')
  })

  it('fire together, whatever the others say', async () => {
    const faults = ['aegis-broker-refuses-the-login', 'aegis-many-errors', 'aegis-disk-full', 'aegis-token-in-the-log']
    expect((await fired(faults)).firing).toEqual(['broker-refuses', 'disk-full', 'error-rate', 'tokens-logged'])
  })

  it('that cannot be seen while the API is down are named', async () => {
    const { firing, notEvaluable } = await fired(['aegis-down'])
    expect(firing).toEqual(['api-down'])
    for (const id of ['error-rate', 'slow-answers']) expect(notEvaluable).toContain(id)
  })

  it('a query that takes too long', async () => {
    expect((await fired([], { 'aegis.query_ms': '-1' })).firing).toEqual(['slow-queries'])
  })

  it('what must be seen in two rounds cannot be evaluated in one', async () => {
    const { firing, notEvaluable } = await fired(['aegis-memory-used-up'])
    expect(firing).toEqual([])
    expect(notEvaluable).toContain('host-exhausted')
  })
})

it('call by their priority, as the classes of incidents say (001-19, 001-58)', async () => {
  const options = { checks: [], noBuiltin: false, config: undefined }
  const { configuration, definitions } = await loadAll(options)
  const alerts = await allAlerts({ ...options, alerts: [] }, configuration, definitions)
  const own = alerts.filter(({ system }) => system === 'aegis')
  const priorities = new Map(own.map(({ priority }) => [priority.name, [priority.call, priority.within]]))
  expect(Object.fromEntries(priorities)).toEqual({
    P0: ['L3 at once, at any hour', ''],
    P1: ['L3 at once, at any hour', ''],
    P2: ['L2', '4 hours'],
    P3: ['L1', 'the next business day'],
  })
})
