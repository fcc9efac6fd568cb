import { basename } from 'node:path'
import { z } from 'zod'
import { driverContextOf } from '../../../environment/driver-context.js'
import type { TestedEnvironment } from '../../../environment/environment.js'
import { credential, driverInput, postgresDriver, serviceHome, usualPostgresDriver } from '../../../net/credential.js'
import { postgresAddresses, readPostgresTarget } from '../../../net/postgres/postgres-target.js'
import { readRedisTarget, redisAddress } from '../../../net/redis/redis-target.js'
import type { Secret } from '../../../redaction/secret-value.js'
import type { WrittenProblem } from '../../definition/step-kind.js'
import { approach } from '../effect/approach.js'
import { postgresEnvironment, postgresPlace } from './postgres-variables.js'
import { redisEnvironment, redisOptions } from './redis-options.js'

/** The connections that a program of `run` is handed. */
export const connectionInputs = {
  postgres: z
    .union([
      credential(),
      z.strictObject({
        url: credential().describe('connection URL'),
        driver: postgresDriver(),
        'service-home': serviceHome(),
      }),
    ])
    .optional()
    .describe(
      'a connection URL, or { url, driver, service-home }: psql, pg_dump and all programs of libpq find the connection in their variables (PGHOST, PGPASSWORD, PGSSLMODE and so on)',
    ),
  redis: z
    .union([
      credential(),
      z.strictObject({ url: credential().describe('connection URL'), driver: driverInput('redis') }),
    ])
    .optional()
    .describe(
      'a connection URL, or { url, driver }, for redis-cli or valkey-cli. Its options (-h, -p, -n, --user, --tls and so on) are put behind the name of the program; of a shell script they are the last arguments: redis-cli "$@". The password is in REDISCLI_AUTH',
    ),
}

interface Given {
  readonly postgres?:
    Secret | { readonly url: Secret; readonly driver: string; readonly 'service-home': string } | undefined
  readonly redis?: Secret | { readonly url: Secret; readonly driver?: string | undefined } | undefined
}

function postgresTarget({ postgres }: Given, environment: TestedEnvironment) {
  if (postgres === undefined) return undefined
  const { url, driver, home } =
    'url' in postgres
      ? { ...postgres, home: postgres['service-home'] }
      : { url: postgres, driver: usualPostgresDriver, home: '' }
  return readPostgresTarget(url, driver, driverContextOf(environment, home))
}

function redisTarget({ redis }: Given, environment: TestedEnvironment) {
  if (redis === undefined) return undefined
  const { url, driver } = 'url' in redis ? redis : { url: redis, driver: undefined }
  return readRedisTarget(url, driver, driverContextOf(environment))
}

/** What a program is handed. */
interface HandedConnection {
  /** Words of its command line. */
  readonly options: readonly string[]
  readonly variables: Readonly<Record<string, string>>
}

/**
 * @throws NotPerformedError for a URL that cannot be read, a file of it that is missing, and what cannot be handed over
 */
export async function handedConnection(given: Given, environment: TestedEnvironment): Promise<HandedConnection> {
  return approach(async () => {
    const postgres = postgresTarget(given, environment)
    const redis = redisTarget(given, environment)
    return {
      options: redis === undefined ? [] : redisOptions(redis),
      variables: {
        ...(postgres === undefined ? {} : await postgresEnvironment(postgres)),
        ...(redis === undefined ? {} : redisEnvironment(redis)),
      },
    }
  })
}

/** What a plan says of them. A URL that cannot be read opens no connection; the step itself says why. */
export function describedConnection(given: Given, environment: TestedEnvironment) {
  const postgres = readable(() => postgresTarget(given, environment))
  const redis = readable(() => {
    const target = redisTarget(given, environment)
    return target && { target, options: redisOptions(target) }
  })
  return {
    options: redis?.options ?? [],
    lines: [
      ...(postgres === undefined ? [] : [`connected to ${postgresPlace(postgres)} by PG* variables`]),
      ...(redis?.target.password === undefined ? [] : ['with REDISCLI_AUTH set']),
    ],
    addresses: [
      ...(postgres === undefined ? [] : postgresAddresses(postgres)),
      ...(redis === undefined ? [] : [redisAddress(redis.target)]),
    ],
  }
}

function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Variables that would lead the program elsewhere than the connection, or take the place of its credentials. */
const ofPostgres =
  /^PG(?:HOST|HOSTADDR|PORT|USER|PASSWORD|PASSFILE|DATABASE|SERVICE|SERVICEFILE|TARGETSESSIONATTRS|REQUIRESSL|SSL\w*)$/

const clients = ['redis-cli', 'valkey-cli']

/** What is written that does not go with a connection. */
export function handedConnectionProblems(written: object): readonly WrittenProblem[] {
  const argv: unknown = 'argv' in written ? written.argv : undefined
  const program: unknown = Array.isArray(argv) ? argv[0] : undefined
  const isOther = 'redis' in written && typeof program === 'string' && !isRedisClient(program)
  return [
    ...(isOther ? [{ path: ['argv', 0], message: otherClient }] : []),
    ...('postgres' in written ? namesGiven(written).filter(({ name }) => ofPostgres.test(name)) : []).map(
      ({ path, name }) => ({ path, message: `postgres sets ${name}: leave it out` }),
    ),
    ...('redis' in written ? namesGiven(written).filter(({ name }) => name === 'REDISCLI_AUTH') : []).map(
      ({ path, name }) => ({ path, message: `redis sets ${name}: leave it out` }),
    ),
  ]
}

export const otherClient =
  'redis is for redis-cli and valkey-cli, which take their options behind their name; for another program, write a shell script in which redis-cli "$@" is called'

export function isRedisClient(program: string): boolean {
  return clients.includes(basename(program))
}

function namesGiven(written: object): readonly { readonly name: string; readonly path: (string | number)[] }[] {
  const environment = 'environment' in written ? written.environment : undefined
  const inherit = 'inherit' in written ? written.inherit : undefined
  return [
    ...(typeof environment === 'object' && environment !== null ? Object.keys(environment) : []).map((name) => ({
      name,
      path: ['environment', name],
    })),
    ...(Array.isArray(inherit) ? inherit : []).flatMap((name: unknown, index) =>
      typeof name === 'string' ? [{ name, path: ['inherit', index] }] : [],
    ),
  ]
}
