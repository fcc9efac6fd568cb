import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Deployment } from '../../../sandbox/deployment.js'
import { collectEvidence, type CollectedEvidence } from '../../../src/incidents/evidence/collect-evidence.js'
import { readGround, scopesOf } from '../../../src/checks/ground.js'
import { readConfiguration } from '../../../src/checks/settings.js'
import { startTestDeployment } from '../../servers/cluster-template.js'

let deployment: Deployment
let environmentFile: string
beforeAll(async () => {
  deployment = await startTestDeployment({ withGates: false })
  environmentFile = join(deployment.folder, 'production.env')
  deployment.writeEnvironmentFile(environmentFile)
}, 60_000)
afterAll(() => deployment.stop())

/** What the packs that ship gather of the sandbox, by name. */
async function gathered(
  over: Readonly<Record<string, string | readonly string[]>> = {},
  budget = 30_000,
): Promise<Readonly<Record<string, CollectedEvidence>>> {
  const config = join(deployment.folder, 'preflight.yaml')
  writeFileSync(
    config,
    JSON.stringify({ inputs: { ...deployment.inputs, 'shield.nats_monitoring_url': 'http://127.0.0.1:1', ...over } }),
  )
  const options = {
    checks: [],
    noBuiltin: false,
    config,
    environment: { files: [environmentFile], pid: undefined, inherit: false },
    inputs: [],
  }
  const ground = await readGround(options, await readConfiguration(options), () => undefined)
  const all = await collectEvidence({
    ground,
    scopes: scopesOf(ground, 'prod'),
    systems: new Set(['arqonbus', 'shield']),
    budget,
    signal: new AbortController().signal,
  })
  return Object.fromEntries(all.map((one) => [one.name, one]))
}

const valueIn = (one: CollectedEvidence | undefined) =>
  one?.gathered?.form === 'json' ? (one.gathered.value as Record<string, unknown>) : undefined

describe('of a deployment that works', () => {
  it('everything is gathered, and nothing of what its users said', async () => {
    const user = new Redis(deployment.servers.redis.url, { lazyConnect: true, connectionName: 'canary-client' })
    await user.connect()
    await user.set('canary-key', 'canary-value')
    await deployment.servers.postgres.administer("CREATE TABLE canary_table AS SELECT 'canary-row' AS canary_column")
    const all = await gathered({ 'arqonbus.data_folders': [deployment.folder] })
    user.disconnect()
    expect(Object.values(all).filter(({ state }) => state !== 'gathered')).toEqual([])
    expect(Object.keys(all).sort()).toEqual(
      [
        ...[
          'health',
          'status',
          'version',
          'metrics',
          'storage-stats',
          'system-config',
          'ports',
          'hot-store',
          'postgres',
          'data-folders',
        ].map((name) => `arqonbus-${name}`),
        ...['metrics', 'ports', 'nats'].map((name) => `shield-${name}`),
        'deployment-machine',
      ].sort(),
    )
    expect(valueIn(all['arqonbus-status'])).toMatchObject({ status: 200, body: { status: 'healthy' } })
    expect(valueIn(all['arqonbus-ports'])).toMatchObject({
      ports: { websocket: { listening: true }, http: { listening: true }, telemetry: { listening: true } },
    })
    expect(valueIn(all['shield-ports'])).toMatchObject({
      ports: { edge: { listening: true }, metrics: { listening: true } },
    })
    expect(valueIn(all['arqonbus-hot-store'])).toMatchObject({ role: { role: 'master' }, missing: {} })
    expect(valueIn(all['arqonbus-postgres'])).toMatchObject({ recovery: { in_recovery: false }, missing: {} })
    expect(valueIn(all['shield-nats'])).toMatchObject({
      server: { jetstream: true },
      missing: { monitoring: expect.stringMatching(/^connection-refused/) as string },
    })
    expect(JSON.stringify(all)).not.toContain('canary')
  }, 60_000)

  it('data folders are measured only where they are named', async () => {
    expect((await gathered())['arqonbus-data-folders']).toMatchObject({
      state: 'not-applicable',
      message: expect.stringContaining('inputs.data_folders') as string,
    })
  }, 60_000)
})

describe('of a deployment that does not', () => {
  it('what still answers is gathered while a server is paused', async () => {
    await deployment.servers.redis.pause()
    try {
      const all = await gathered({}, 8000)
      expect(all['arqonbus-hot-store']).toMatchObject({ state: 'timed-out' })
      for (const name of [
        'arqonbus-postgres',
        'arqonbus-ports',
        'arqonbus-health',
        'shield-nats',
        'deployment-machine',
      ])
        expect(all[name]).toMatchObject({ state: 'gathered' })
    } finally {
      deployment.servers.redis.resume()
    }
  }, 60_000)

  it('a bus that is not there shows in its pages and its port', async () => {
    const all = await gathered({ 'arqonbus.bus_http_url': 'http://127.0.0.1:1' })
    expect(all['arqonbus-status']).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/^connection-refused/) as string,
    })
    expect(valueIn(all['arqonbus-ports'])).toMatchObject({
      ports: { http: { port: 1, listening: false }, websocket: { listening: true } },
    })
  }, 60_000)
})
