import { type Environment, read } from '../settings/environment.js'
import { parseInteger, strip } from '../settings/python.js'
import { type CasilPolicy, readCasilPolicy } from './casil.js'
import { madeHotStoreUrl, madePostgresUrl } from './made-urls.js'

export type Profile = 'dev' | 'staging' | 'prod'

/** What the running bus has made of its environment. */
export interface BusSettings {
  readonly profile: Profile | undefined
  readonly isStrict: boolean
  readonly host: string
  readonly port: number
  readonly telemetryHost: string
  readonly telemetryPort: number
  readonly isTelemetryEnabled: boolean
  readonly storageBackend: string
  readonly storageMode: string
  /** Without it no message is stored, whatever the backend. */
  readonly isPersistent: boolean
  readonly hotStoreUrl: string
  readonly postgresUrl: string
  readonly isAuthEnabled: boolean
  readonly jwtSecret: string | undefined
  readonly isProtobuf: boolean
  readonly isJsonAllowed: boolean
  readonly maxMessageBytes: number
  readonly casil: CasilPolicy
  readonly omega: OmegaSettings
}

/** The experimental lane, under the names that `op.omega.status` gives. */
interface OmegaSettings {
  readonly enabled: boolean
  readonly lab_room: string
  readonly lab_channel: string
  readonly max_events: number
  readonly max_substrates: number
}

const profiles = new Map<string, Profile>([
  ['development', 'dev'],
  ['dev', 'dev'],
  ['staging', 'staging'],
  ['production', 'prod'],
  ['prod', 'prod'],
])

/** `ARQONBUS_ENVIRONMENT` as the bus reads it: development when unset; undefined when it names no profile. */
export function readProfile(environment: Environment): Profile | undefined {
  return profiles.get(strip(read(environment, 'ARQONBUS_ENVIRONMENT') ?? 'development').toLowerCase())
}

/** True only for `true` in any case; blanks around it make it false. */
export function isUntrimmedTrue(environment: Environment, name: string, whenUnset = false): boolean {
  const value = read(environment, name)
  return value === undefined ? whenUnset : value.toLowerCase() === 'true'
}

/** True only for `true` in any case, blanks around it or not. */
export function isTrimmedTrue(environment: Environment, name: string, whenUnset: boolean): boolean {
  const value = read(environment, name)
  return value === undefined ? whenUnset : strip(value).toLowerCase() === 'true'
}

function number(environment: Environment, name: string, whenUnset: number): number {
  const value = read(environment, name)
  return value === undefined ? whenUnset : Number(parseInteger(value) ?? whenUnset)
}

/** Reads the environment as the bus does. It never throws: what the bus refuses is `refusals`' part. */
export function readBusSettings(environment: Environment): BusSettings {
  const profile = readProfile(environment)
  return {
    profile,
    isStrict: profile === 'staging' || profile === 'prod' || isUntrimmedTrue(environment, 'ARQONBUS_PREFLIGHT_STRICT'),
    host: read(environment, 'ARQONBUS_SERVER_HOST') ?? '127.0.0.1',
    port: number(environment, 'ARQONBUS_SERVER_PORT', 9100),
    telemetryHost: read(environment, 'ARQONBUS_TELEMETRY_HOST') ?? 'localhost',
    telemetryPort: number(environment, 'ARQONBUS_TELEMETRY_PORT', 8081),
    isTelemetryEnabled: isUntrimmedTrue(environment, 'ARQONBUS_ENABLE_TELEMETRY', true),
    storageBackend: strip(read(environment, 'ARQONBUS_STORAGE_BACKEND') ?? 'memory').toLowerCase(),
    storageMode: (read(environment, 'ARQONBUS_STORAGE_MODE') ?? 'degraded').toLowerCase(),
    isPersistent: isUntrimmedTrue(environment, 'ARQONBUS_ENABLE_PERSISTENCE'),
    hotStoreUrl:
      (read(environment, 'ARQONBUS_VALKEY_URL') ?? read(environment, 'ARQONBUS_REDIS_URL')) ||
      madeHotStoreUrl(environment),
    postgresUrl: read(environment, 'ARQONBUS_POSTGRES_URL') || madePostgresUrl(environment),
    isAuthEnabled: isUntrimmedTrue(environment, 'ARQONBUS_ENABLE_AUTH'),
    jwtSecret: read(environment, 'ARQONBUS_AUTH_JWT_SECRET'),
    isProtobuf: strip(read(environment, 'ARQONBUS_INFRA_PROTOCOL') ?? 'protobuf').toLowerCase() === 'protobuf',
    isJsonAllowed: isTrimmedTrue(environment, 'ARQONBUS_ALLOW_JSON_INFRA', profile === 'dev'),
    maxMessageBytes: number(environment, 'ARQONBUS_MAX_MESSAGE_SIZE', 1_048_576),
    casil: readCasilPolicy(environment),
    omega: {
      enabled: isUntrimmedTrue(environment, 'ARQONBUS_OMEGA_ENABLED'),
      lab_room: read(environment, 'ARQONBUS_OMEGA_LAB_ROOM') ?? 'omega-lab',
      lab_channel: read(environment, 'ARQONBUS_OMEGA_LAB_CHANNEL') ?? 'signals',
      max_events: number(environment, 'ARQONBUS_OMEGA_MAX_EVENTS', 1000),
      max_substrates: number(environment, 'ARQONBUS_OMEGA_MAX_SUBSTRATES', 128),
    },
  }
}
