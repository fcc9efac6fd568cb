import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AegisDeployment, startAegis } from '../../../sandbox/aegis/deployment.js'
import { aegisFaults } from '../../../sandbox/aegis/faults/catalogue.js'
import { writeEnvironmentFile } from '../../../sandbox/environment-file.js'
import { changed } from '../../../sandbox/faults/fault-effect.js'
import { evaluateAlerts } from '../../../src/alerts/evaluate-alerts.js'
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

/** Every alert once, with a history of its own, while this fault is there. */
async function fired(name?: string): Promise<Fired> {
  const fault = name === undefined ? undefined : aegisFaults.find((each) => each.name === name)!
  const effect = await fault?.apply(aegis)
  const folder = mkdtempSync(join(tmpdir(), 'preflight-aegis-alerts-'))
  const file = join(folder, 'production.env')
  writeEnvironmentFile(file, changed(aegis.environment, effect?.environment ?? {}))
  const source = { checks: [], noBuiltin: false, config: undefined }
  try {
    const document = await evaluateAlerts(
      {
        ...source,
        source: { ...source, alerts: [] },
        systems: ['aegis'],
        profile: undefined,
        environment: { files: [file], pid: undefined, inherit: false },
        inputs: Object.entries(changed(aegis.inputs, effect?.inputs ?? {})).map(([key, value]) => `${key}=${value}`),
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
    await effect?.undo()
  }
}

describe('the alerts of Aegis (001-09 to 001-13)', () => {
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
  ])('%s: %j', async (fault, expected) => {
    expect((await fired(fault)).firing).toEqual(expected)
  })

  it('do not fire for a whole Aegis, and say what to run', async () => {
    const { firing, commands } = await fired()
    expect(firing).toEqual([])
    expect(commands['aegis/broker-down']).toContain('runbook run aegis/incident-p0-p1')
    expect(commands['aegis/broker-down']).toContain('service=mosquitto')
  })
})
