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
import { capturedRun } from './captured-run.js'

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
const inputs = { shield_directory: shieldDirectory }

async function isGo(environment: Record<string, string>): Promise<boolean> {
  const { exitCode } = await capturedRun({ environment, inputs, selectors: selected })
  return exitCode === 0
}

describe('what bus or Shield would refuse to start with', () => {
  it('a sound environment is refused by neither, and is a go', async () => {
    expect([...busRefusals(sound), ...shieldRefusals(sound, shieldDirectory)]).toEqual([])
    const { document } = await capturedRun({ environment: sound, inputs, selectors: selected })
    expect(document.checks.filter((check) => !['pass', 'not-applicable'].includes(check.status))).toEqual([])
    expect(await isGo(sound)).toBe(true)
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
      { numRuns: 60 },
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
    for (const each of refused.filter((_, index) => index % 13 === 0))
      if (await isGo(changed([each]))) wrong.push(`${each[0]}=${String(each[1])}`)
    expect(wrong).toEqual([])
  }, 300_000)
})
