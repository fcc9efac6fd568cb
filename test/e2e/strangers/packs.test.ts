import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { productionEnvironment } from '../../../sandbox/production-environment.js'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'
import { capturedRun } from '../captured-run.js'
import { kindsWithoutPeer, strangers, type Stranger } from './stranger.js'

/** Greens that claim no more than was seen, each with its reason. */
const exempt: Readonly<Record<string, readonly string[]>> = {
  // The title says that a port answers, and it does.
  peer: ['arqonbus/runtime/reachable', 'shield/runtime/reachable'],
  // Of the repository's connection scripts nothing is promised but the exit code.
  program: ['arqonbus/gates/redis-script', 'arqonbus/gates/postgres-script'],
}

const root = { folder: join(import.meta.dirname, '../../../checks'), label: 'checks' }
const { definitions } = await loadDefinitions([root], probeRegistry, collectorRegistry)

/** Ids of the shipped checks whose probe talks to a server or a program. */
const talking = [...definitions!.checks.values()]
  // Those of a deployment of its own are in test/e2e/aegis.
  .filter(({ id }) => !id.startsWith('aegis/'))
  .filter(({ probe }) => !kindsWithoutPeer.has(probe.kind))
  .map(({ id }) => id)

/** How many checks that talk to something come before it, one needed by the next. */
function depthOf(id: string): number {
  const needed = definitions!.checks.get(id)!.needs.filter((need) => talking.includes(need))
  return Math.max(0, ...needed.map((need) => 1 + depthOf(need)))
}

/** All of them in groups in which none needs another: a need that is not selected blocks nothing. */
const withoutTheirNeeds = [...new Set(talking.map(depthOf))].map((depth) =>
  talking.filter((id) => depthOf(id) === depth),
)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-strangers-'))
  mkdirSync(join(folder, 'checkout'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The greens among the checks that talk to something, of a run where everything is this stranger. */
async function greens({ port, program: path }: Stranger, selectors: readonly string[]): Promise<readonly string[]> {
  const at = `127.0.0.1:${port}`
  const environment = productionEnvironment({
    busPort: port,
    telemetryPort: port,
    hotStoreUrl: `redis://:a-Long-passw0rd-of-no-use@${at}/0`,
    postgresUrl: `postgresql://bus:a-Long-passw0rd-of-no-use@${at}/bus`,
    natsUrl: `nats://${at}`,
  })
  const inputs = {
    'arqonbus.bus_url': `ws://${at}/`,
    'arqonbus.bus_http_url': `http://${at}`,
    'arqonbus.telemetry_url': `ws://${at}/`,
    'shield.shield_url': `ws://${at}/ws`,
    'shield.shield_metrics_url': `http://${at}/metrics`,
    'shield.shield_directory': folder,
    'arqonbus.ollama_enabled': 'true',
    'arqonbus.ollama_url': `http://${at}`,
    'arqonbus.repository': join(folder, 'checkout'),
    'arqonbus.conda': path,
    'arqonbus.rustc': path,
    'arqonbus.cargo': path,
    'arqonbus.test_redis_url': `redis://127.0.0.1:${port}/9`,
    'arqonbus.test_postgres_url': 'postgresql://tests@127.0.0.1:1/tests',
  }
  const { document } = await capturedRun({ environment, inputs, selectors, timeout: 800 })
  expect(document.state).toBe('complete')
  return document.checks.filter(({ id, status }) => talking.includes(id) && status === 'pass').map(({ id }) => id)
}

it('finds the checks that talk to something', () => {
  expect(talking.length).toBeGreaterThan(35)
  expect(talking).toContain('arqonbus/runtime/metrics')
  expect(talking).not.toContain('arqonbus/config/environment')
})

describe.each(strangers)('%s', (_name, kind, appear) => {
  let stranger: Stranger
  beforeAll(async () => {
    stranger = await appear(folder)
  })
  afterAll(() => stranger.stop())

  it('passes no check, together with its pack', async () => {
    const unexpected = (await greens(stranger, ['arqonbus', 'shield'])).filter((id) => !exempt[kind]?.includes(id))
    expect(unexpected).toEqual([])
  })

  it('passes no check that nothing before it blocks', async () => {
    const unexpected: string[] = []
    for (const ids of withoutTheirNeeds) {
      const green = await greens(stranger, ids)
      unexpected.push(...green.filter((each) => !exempt[kind]?.includes(each)))
    }
    expect(unexpected).toEqual([])
  })
})
