import { type Environment, read } from '../settings/environment.js'
import { parseFloating, parseInteger, strip } from '../settings/python.js'
import { isTrimmedTrue, isUntrimmedTrue, readBusSettings, readProfile } from './settings.js'

const port = { least: 1n, most: 65_535n }

/** The numeric variables, each with the range outside of which the bus does not start. */
const integers: Readonly<Record<string, { readonly least: bigint; readonly most?: bigint }>> = {
  ARQONBUS_SERVER_PORT: port,
  ARQONBUS_REDIS_PORT: port,
  ARQONBUS_VALKEY_PORT: port,
  ARQONBUS_POSTGRES_PORT: port,
  ARQONBUS_TELEMETRY_PORT: port,
  ARQONBUS_MAX_CONNECTIONS: { least: 1n },
  ARQONBUS_MAX_MESSAGE_SIZE: { least: 1024n },
  ARQONBUS_MAX_HISTORY_SIZE: { least: 1n },
  ARQONBUS_CASIL_MAX_INSPECT_BYTES: { least: 0n },
  ARQONBUS_CASIL_MAX_PATTERNS: { least: 0n },
  ARQONBUS_CASIL_MAX_PAYLOAD_BYTES: { least: 0n },
  ARQONBUS_OMEGA_MAX_EVENTS: { least: 1n },
  ARQONBUS_OMEGA_MAX_SUBSTRATES: { least: 1n },
  ARQONBUS_OMEGA_MAX_VMS: { least: 1n },
}

const memoryBackends = ['memory', 'memory_storage']
const hotBackends = ['redis', 'redis_streams', 'valkey', 'valkey_streams']
const postgresBackends = ['postgres', 'postgresql']
const requiredWhenStrict = ['ARQONBUS_SERVER_HOST', 'ARQONBUS_SERVER_PORT', 'ARQONBUS_STORAGE_MODE']

function numberRefusals(environment: Environment): string[] {
  const refusals: string[] = []
  for (const [name, { least, most }] of Object.entries(integers)) {
    const text = read(environment, name)
    // Of two names for one port only the first that is set is read.
    if (
      text === undefined ||
      (name === 'ARQONBUS_REDIS_PORT' && read(environment, 'ARQONBUS_VALKEY_PORT') !== undefined)
    )
      continue
    const value = parseInteger(text)
    if (value === undefined) refusals.push(`${name} is not an integer`)
    else if (value < least || (most !== undefined && value > most)) refusals.push(`${name} is out of range`)
  }
  const timeout = read(environment, 'ARQONBUS_OMEGA_VM_TIMEOUT_SECONDS')
  if (timeout !== undefined && (parseFloating(timeout) ?? 0) <= 0)
    refusals.push('ARQONBUS_OMEGA_VM_TIMEOUT_SECONDS is not a positive number')
  return refusals
}

const isMissing = (environment: Environment, name: string): boolean => (read(environment, name) ?? '') === ''

/**
 * The later check of the bus takes the first hot-store URL that is not empty; its loader takes the first that is set.
 */
function hasHotStoreUrl(environment: Environment): boolean {
  return !isMissing(environment, 'ARQONBUS_VALKEY_URL') || !isMissing(environment, 'ARQONBUS_REDIS_URL')
}

function schemeRefusals(environment: Environment): string[] {
  const { hotStoreUrl, postgresUrl } = readBusSettings(environment)
  const refusals: string[] = []
  if (!/^(?:rediss?|unix):\/\//.test(hotStoreUrl))
    refusals.push('the hot-store URL has a scheme that redis-py does not accept')
  if (!/^postgres(?:ql)?:\/\//.test(postgresUrl))
    refusals.push('the Postgres URL has a scheme that asyncpg does not accept')
  return refusals
}

function storageRefusals(environment: Environment): string[] {
  const { storageBackend, storageMode, isStrict } = readBusSettings(environment)
  const refusals: string[] = []
  if (![...memoryBackends, ...hotBackends, ...postgresBackends].includes(storageBackend))
    refusals.push('ARQONBUS_STORAGE_BACKEND names no backend')
  if (!['strict', 'degraded'].includes(storageMode))
    refusals.push('ARQONBUS_STORAGE_MODE is neither strict nor degraded')
  if (!isStrict || storageMode !== 'strict') return refusals
  if (memoryBackends.includes(storageBackend)) refusals.push('strict storage cannot use memory')
  if (hotBackends.includes(storageBackend) && !hasHotStoreUrl(environment))
    refusals.push('strict storage needs a hot-store URL')
  if (postgresBackends.includes(storageBackend) && isMissing(environment, 'ARQONBUS_POSTGRES_URL'))
    refusals.push('strict storage needs a Postgres URL')
  return refusals
}

function strictRefusals(environment: Environment): string[] {
  const settings = readBusSettings(environment)
  if (!settings.isStrict) return []
  const refusals = requiredWhenStrict
    .filter((name) => isMissing(environment, name))
    .map((name) => `${name} is required`)
  const needsBoth = isTrimmedTrue(environment, 'ARQONBUS_REQUIRE_DUAL_DATA_STACK', settings.profile === 'prod')
  if (needsBoth && !hasHotStoreUrl(environment)) refusals.push('the dual data stack needs a hot-store URL')
  if (needsBoth && isMissing(environment, 'ARQONBUS_POSTGRES_URL'))
    refusals.push('the dual data stack needs a Postgres URL')
  if (settings.profile === 'prod' && read(environment, 'JWT_SKIP_VALIDATION') !== undefined)
    refusals.push('JWT_SKIP_VALIDATION is present')
  if (settings.profile === 'dev') return refusals
  if (!settings.isProtobuf) refusals.push('infrastructure traffic must be protobuf')
  if (settings.isJsonAllowed) refusals.push('JSON infrastructure traffic must be forbidden')
  return refusals
}

function securityRefusals(environment: Environment): string[] {
  const refusals: string[] = []
  if (isUntrimmedTrue(environment, 'ARQONBUS_ENABLE_AUTH') && isMissing(environment, 'ARQONBUS_AUTH_JWT_SECRET')) {
    refusals.push('ARQONBUS_AUTH_JWT_SECRET is required when authentication is enabled')
  }
  if ((read(environment, 'ARQONBUS_AUTH_JWT_ALGORITHM') ?? 'HS256').toUpperCase() !== 'HS256')
    refusals.push('ARQONBUS_AUTH_JWT_ALGORITHM is not HS256')
  const protocol = strip(read(environment, 'ARQONBUS_INFRA_PROTOCOL') ?? 'protobuf').toLowerCase()
  if (!['protobuf', 'json'].includes(protocol)) refusals.push('ARQONBUS_INFRA_PROTOCOL is neither protobuf nor json')
  return refusals
}

/** Both lanes are validated also while they are switched off. */
function optionalLaneRefusals(environment: Environment): string[] {
  const refusals: string[] = []
  if (!['monitor', 'enforce'].includes(read(environment, 'ARQONBUS_CASIL_MODE') ?? 'monitor'))
    refusals.push('ARQONBUS_CASIL_MODE is neither monitor nor enforce')
  if (!['allow', 'block'].includes(read(environment, 'ARQONBUS_CASIL_DEFAULT_DECISION') ?? 'allow'))
    refusals.push('ARQONBUS_CASIL_DEFAULT_DECISION is neither allow nor block')
  for (const name of ['ARQONBUS_OMEGA_LAB_ROOM', 'ARQONBUS_OMEGA_LAB_CHANNEL']) {
    if (read(environment, name) === '') refusals.push(`${name} is empty`)
  }
  const runtime = strip(read(environment, 'ARQONBUS_OMEGA_RUNTIME') ?? 'memory').toLowerCase()
  if (!['memory', 'firecracker'].includes(runtime))
    refusals.push('ARQONBUS_OMEGA_RUNTIME is neither memory nor firecracker')
  if (runtime !== 'firecracker') return refusals
  for (const name of ['ARQONBUS_OMEGA_KERNEL_IMAGE', 'ARQONBUS_OMEGA_ROOTFS_IMAGE']) {
    if (isMissing(environment, name)) refusals.push(`${name} is required by the firecracker runtime`)
  }
  return refusals
}

/**
 * Why the bus would not start with this environment; empty when it would. Judged as the contract describes the bus's
 * own start, with variable names and never a value.
 */
export function refusals(environment: Environment): string[] {
  return [
    ...(readProfile(environment) === undefined ? ['ARQONBUS_ENVIRONMENT names no profile'] : []),
    ...numberRefusals(environment),
    ...storageRefusals(environment),
    ...schemeRefusals(environment),
    ...securityRefusals(environment),
    ...optionalLaneRefusals(environment),
    ...strictRefusals(environment),
  ]
}
