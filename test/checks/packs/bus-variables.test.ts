import { describe, expect, it } from 'vitest'
import { readVariable } from '../../../src/environment/read-variable.js'
import { loadAll } from '../../../src/checks/list-checks.js'

const { definitions } = await loadAll({ checks: [], noBuiltin: false, config: undefined })
const declared = definitions.packs.find(({ system }) => system === 'arqonbus')!.variables

type Listed = readonly [
  name: string,
  byDefault: string | number | boolean | undefined,
  accepted: string,
  refused?: string,
]

/**
 * The variables of the written runbook, with the defaults of the bus where they are known, a value that it accepts, and
 * one that it refuses. The runbook says that compression is on by default; the bus says off. No code reads the log
 * level.
 */
const listed: readonly Listed[] = [
  ['ARQONBUS_SERVER_HOST', '127.0.0.1', '0.0.0.0', ''],
  ['ARQONBUS_SERVER_PORT', 9100, '65535', '65536'],
  ['ARQONBUS_MAX_CONNECTIONS', 1000, '1', '0'],
  ['ARQONBUS_STORAGE_BACKEND', 'memory', ' Redis ', 'sqlite'],
  ['ARQONBUS_REDIS_HOST', 'localhost', 'redis.internal'],
  ['ARQONBUS_REDIS_PORT', 6379, '6_379', '0'],
  ['ARQONBUS_REDIS_PASSWORD', undefined, 'anything'],
  ['ARQONBUS_REDIS_SSL', false, 'TRUE'],
  ['ARQONBUS_MAX_MESSAGE_SIZE', 1_048_576, '1024', '1023'],
  ['ARQONBUS_COMPRESSION', false, 'true'],
  ['ARQONBUS_ENABLE_TELEMETRY', undefined, 'true'],
  ['ARQONBUS_ENABLE_AUTH', false, 'true'],
  ['ARQONBUS_AUTH_JWT_SECRET', undefined, 'anything'],
  ['ARQONBUS_AUTH_JWT_ALGORITHM', 'HS256', 'hs256', 'RS256'],
  ['ARQONBUS_LOG_LEVEL', undefined, 'INFO'],
  ['ARQONBUS_DEBUG', false, 'true'],
]

describe('the variables of the written runbook (000-37)', () => {
  it.each(listed.map((each) => [each[0], each] as const))('%s', (name, [, byDefault, accepted, refused]) => {
    const declaration = declared[name]!
    expect(declaration.default).toBe(byDefault)
    expect(readVariable(accepted, declaration)).toMatchObject({ valid: true })
    if (refused !== undefined) expect(readVariable(refused, declaration)).toMatchObject({ valid: false })
  })
})
