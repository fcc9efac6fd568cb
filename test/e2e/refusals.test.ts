import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusals as busRefusals } from '../../sandbox/arqonbus/refusals.js'
import { envelopeDescriptorSet } from '../../sandbox/protobuf/descriptor-set.js'
import { productionEnvironment } from '../../sandbox/production-environment.js'
import { refusals as shieldRefusals } from '../../sandbox/shield/settings.js'
import { Deadline } from '../../src/base/time/deadline.js'
import { scopesOf } from '../../src/checks/ground.js'
import { prepare, surroundingsOf } from '../../src/checks/prepare.js'
import { noConfiguration } from '../../src/checks/settings.js'
import { runPlan } from '../../src/checks/run/scheduler.js'
import { reachVerdict } from '../../src/checks/run/verdict.js'
import { TestedEnvironment } from '../../src/environment/environment.js'
import { capturedRun } from './captured-run.js'
import { propertyRuns } from '../property-runs.js'
import { thisShell } from '../../src/environment/environment-source.js'
import { noEnvironment } from '../../src/environment/tested-environment.js'

const sound = productionEnvironment({
  busPort: 9100,
  telemetryPort: 8081,
  hotStoreUrl: `redis://:${randomBytes(24).toString('hex')}@127.0.0.1:6379/0`,
  postgresUrl: `postgresql://bus:${randomBytes(24).toString('hex')}@127.0.0.1:5432/bus`,
  natsUrl: 'nats://127.0.0.1:4222',
})

/** What people write into variables, right and wrong; null unsets one. */
const values = [
  null,
  '',
  ' ',
  '0',
  '1',
  '-1',
  '+5',
  '0x10',
  '1_000',
  '٣',
  '1e3',
  '65536',
  'true',
  'TRUE',
  'true ',
  ' true',
  'yes',
  'on',
  'false',
  'strict',
  'Strict',
  'strict ',
  'degraded',
  'memory',
  'redis',
  ' REDIS ',
  'postgres',
  'valkey',
  'protobuf',
  'PROTOBUF ',
  'json',
  'prod',
  'Production ',
  'staging',
  'dev',
  'monitor',
  'enforce',
  'Monitor',
  'allow',
  'block',
  'HS256',
  'hs256',
  'RS256',
  'firecracker',
  'inf',
  'nan',
  'valkey://127.0.0.1:6379',
  'postgresql+asyncpg://127.0.0.1/bus',
  'http://127.0.0.1:4222',
] as const

const names = [
  ...Object.keys(sound).filter((name) => !/JWT_SECRET|NATS_URL/.test(name)),
  'ARQONBUS_REDIS_URL',
  'ARQONBUS_REQUIRE_DUAL_DATA_STACK',
  'ARQONBUS_REDIS_PORT',
  'ARQONBUS_VALKEY_PORT',
  'ARQONBUS_POSTGRES_PORT',
  'ARQONBUS_OMEGA_RUNTIME',
  'ARQONBUS_OMEGA_LAB_ROOM',
  'ARQONBUS_OMEGA_LAB_CHANNEL',
  'ARQONBUS_OMEGA_MAX_EVENTS',
  'ARQONBUS_OMEGA_MAX_SUBSTRATES',
  'ARQONBUS_OMEGA_MAX_VMS',
  'ARQONBUS_OMEGA_VM_TIMEOUT_SECONDS',
  'JWT_SKIP_VALIDATION',
  'JWT_SECRET',
  'NATS_URL',
  'ARQONBUS_AUTH_JWT_SECRET',
]

function changed(changes: readonly (readonly [string, string | null])[]): Record<string, string> {
  const environment: Record<string, string | null> = { ...sound, ...Object.fromEntries(changes) }
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== null))
}

const selected = ['arqonbus/config', 'arqonbus/secrets', 'shield/config']

const shieldDirectory = mkdtempSync(join(tmpdir(), 'preflight-refusals-'))
writeFileSync(join(shieldDirectory, 'envelope.desc'), envelopeDescriptorSet())
const inputs = { 'shield.shield_directory': shieldDirectory }

const prepared = await prepare(
  {
    checks: [],
    noBuiltin: false,
    config: undefined,
    selection: { selectors: selected, profile: undefined, stages: [], skip: [], beforeStart: false, afterStart: false },
    environment: { ...noEnvironment, files: [thisShell] },
    inputs: Object.entries(inputs).map(([name, value]) => `${name}=${value}`),
  },
  noConfiguration,
)

/** Judges the selection, prepared once, in another environment: what a run does between its start and its report. */
async function isGo(values: Record<string, string>): Promise<boolean> {
  const { plan, probes } = prepared
  const environment = TestedEnvironment.of(values)
  const scopes = scopesOf({ ...prepared, environment }, plan.profile, neededInputs)
  const { outcomes } = await runPlan({
    plan,
    probes,
    surroundings: surroundingsOf({ ...prepared, environment, scopeOf: ({ system }) => scopes.get(system)! }, undefined),
    concurrency: 8,
    deadline: Deadline.after(60_000),
    timeoutCap: undefined,
    failFast: false,
    signal: new AbortController().signal,
  })
  return reachVerdict(plan, outcomes, { failOnWarn: false }).exitCode === 0
}

const neededInputs = (system: string): ReadonlySet<string> =>
  new Set(
    prepared.plan.checks
      .filter(({ definition }) => definition.system === system)
      .flatMap(({ definition }) => definition.inputs),
  )

/** The same by a whole run, from an environment file to its exit code. */
async function isGoOfRun(environment: Record<string, string>): Promise<boolean> {
  const { exitCode } = await capturedRun({ environment, inputs, selectors: selected })
  return exitCode === 0
}

describe('what bus or Shield would refuse to start with', () => {
  it('a sound environment is refused by neither, and is a go', async () => {
    expect([...busRefusals(sound), ...shieldRefusals(sound, shieldDirectory)]).toEqual([])
    const { document } = await capturedRun({ environment: sound, inputs, selectors: selected })
    expect(document.checks.filter((check) => !['pass', 'not-applicable'].includes(check.status))).toEqual([])
    expect([await isGo(sound), await isGoOfRun(sound)]).toEqual([true, true])
  })

  it('is never a go, whatever is wrong', async () => {
    const change = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 2 }), async (changes) => {
        const environment = changed(changes)
        if (busRefusals(environment).length === 0) return
        expect(await isGo(environment), `${JSON.stringify(changes)}: ${busRefusals(environment).join('; ')}`).toBe(
          false,
        )
      }),
      { numRuns: propertyRuns(60) },
    )
  })

  it('is never a go, variable by variable', async () => {
    const refused = names
      .flatMap((name) => values.map((value) => [name, value] as const))
      .filter((each) => busRefusals(changed([each])).length > 0)
    expect(refused.length).toBeGreaterThan(300)
    // All of them would take minutes; the stride has no divisor in common with the number of values, so every variable
    // has its turn.
    const wrong: string[] = []
    const chosen = refused.filter((_, index) => index % 13 === 0)
    for (const each of chosen) if (await isGo(changed([each]))) wrong.push(`${each[0]}=${String(each[1])}`)
    // Every eighth of them by a whole run too; all of them with PREFLIGHT_DEEP.
    const stride = process.env['PREFLIGHT_DEEP'] === undefined ? 8 : 1
    for (const each of chosen.filter((_, index) => index % stride === 0))
      if (await isGoOfRun(changed([each]))) wrong.push(`${each[0]}=${String(each[1])}, of a run`)
    expect(wrong).toEqual([])
  }, 300_000)
})
