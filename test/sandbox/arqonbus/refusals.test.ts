import { describe, expect, it } from 'vitest'
import { refusals } from '../../../sandbox/arqonbus/refusals.js'
import { productionEnvironment } from '../../../sandbox/production-environment.js'

const good = productionEnvironment({
  busPort: 9100,
  telemetryPort: 8081,
  hotStoreUrl: 'redis://:p@127.0.0.1:6379/0',
  postgresUrl: 'postgresql://u:p@127.0.0.1:5432/d',
  natsUrl: 'nats://127.0.0.1:4222',
})

function refusalsWith(changes: Readonly<Record<string, string | undefined>>): string[] {
  return refusals({ ...good, ...changes })
}

it("starts with the sandbox's own environment, and with none at all", () => {
  expect(refusals(good)).toEqual([])
  expect(refusals({})).toEqual([])
})

describe('a strict start is refused', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['for an unknown environment', { ARQONBUS_ENVIRONMENT: 'prodution' }],
    ['for an empty environment', { ARQONBUS_ENVIRONMENT: '' }],
    ['without a host', { ARQONBUS_SERVER_HOST: undefined }],
    ['with an empty host', { ARQONBUS_SERVER_HOST: '' }],
    ['without a port', { ARQONBUS_SERVER_PORT: undefined }],
    ['without a storage mode', { ARQONBUS_STORAGE_MODE: undefined }],
    ['with a blank behind the storage mode', { ARQONBUS_STORAGE_MODE: 'strict ' }],
    ['with strict storage in memory', { ARQONBUS_STORAGE_BACKEND: undefined }],
    ['with an unknown backend', { ARQONBUS_STORAGE_BACKEND: 'sqlite' }],
    ['without a hot store', { ARQONBUS_VALKEY_URL: undefined }],
    ['with a hot store of a scheme the driver lacks', { ARQONBUS_VALKEY_URL: 'valkey://127.0.0.1' }],
    ['without a durable store', { ARQONBUS_POSTGRES_URL: undefined }],
    [
      'with a durable store of a scheme the driver lacks',
      { ARQONBUS_POSTGRES_URL: 'postgresql+asyncpg://127.0.0.1/d' },
    ],
    ['with JSON as the protocol', { ARQONBUS_INFRA_PROTOCOL: 'json' }],
    ['with an unknown protocol', { ARQONBUS_INFRA_PROTOCOL: 'xml' }],
    ['with JSON allowed', { ARQONBUS_ALLOW_JSON_INFRA: ' True ' }],
    ['with skipped validation that is empty', { JWT_SKIP_VALIDATION: '' }],
    ['with skipped validation that is 0', { JWT_SKIP_VALIDATION: '0' }],
    ['with authentication and no secret', { ARQONBUS_AUTH_JWT_SECRET: undefined }],
    ['with another algorithm', { ARQONBUS_AUTH_JWT_ALGORITHM: 'RS256' }],
    ['with a port out of range', { ARQONBUS_TELEMETRY_PORT: '65536' }],
    ['with an empty number', { ARQONBUS_MAX_HISTORY_SIZE: '' }],
    ['with a message size below 1024', { ARQONBUS_MAX_MESSAGE_SIZE: '1023' }],
    ['with a number Python does not parse', { ARQONBUS_MAX_CONNECTIONS: '1e3' }],
    ['with a timeout that is not a number', { ARQONBUS_OMEGA_VM_TIMEOUT_SECONDS: 'soon' }],
    ['with a capital in the inspection mode', { ARQONBUS_CASIL_MODE: 'Monitor' }],
    ['with a blank behind the default decision', { ARQONBUS_CASIL_DEFAULT_DECISION: 'allow ' }],
    ['with an empty lab room', { ARQONBUS_OMEGA_LAB_ROOM: '' }],
    ['with firecracker and no images', { ARQONBUS_OMEGA_RUNTIME: ' Firecracker ' }],
  ])('%s', (_what, changes) => {
    expect(refusalsWith(changes)).not.toEqual([])
  })
})

describe('a strict start is not refused', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['for the environment in capitals and blanks', { ARQONBUS_ENVIRONMENT: ' PROD\n' }],
    ['for a port in the digits of another script', { ARQONBUS_SERVER_PORT: ' ٩١٠٠ ' }],
    [
      'for one URL when the dual stack is switched off with yes',
      { ARQONBUS_POSTGRES_URL: undefined, ARQONBUS_REQUIRE_DUAL_DATA_STACK: 'yes' },
    ],
    [
      'for an empty Valkey URL beside a Redis URL',
      { ARQONBUS_VALKEY_URL: '', ARQONBUS_REDIS_URL: 'redis://127.0.0.1' },
    ],
    [
      'for authentication switched on with 1, which is off',
      { ARQONBUS_ENABLE_AUTH: '1', ARQONBUS_AUTH_JWT_SECRET: undefined },
    ],
    ['for an infinite timeout', { ARQONBUS_OMEGA_VM_TIMEOUT_SECONDS: 'inf' }],
    ['for a JSON switch that says yes, which is false', { ARQONBUS_ALLOW_JSON_INFRA: 'yes' }],
  ])('%s', (_what, changes) => {
    expect(refusalsWith(changes)).toEqual([])
  })
})

it('names variables and never their values', () => {
  const text = refusalsWith({ ARQONBUS_SERVER_PORT: 'hunter2', ARQONBUS_VALKEY_URL: 'hunter2://x' }).join()
  expect(text).toContain('ARQONBUS_SERVER_PORT')
  expect(text).not.toContain('hunter2')
})

it('takes no inherited property for a variable', () => {
  expect(refusals(Object.create({ ARQONBUS_SERVER_PORT: 'x' }) as Record<string, string>)).toEqual([])
})
