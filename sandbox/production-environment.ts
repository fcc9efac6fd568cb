import { randomSecret } from './random-secret.js'

interface Addresses {
  readonly busPort: number
  readonly telemetryPort: number
  readonly hotStoreUrl: string
  readonly postgresUrl: string
  readonly natsUrl: string
}

/**
 * The environment of a production deployment that is ready to go live: every variable the preflight judges, with fresh
 * secrets.
 */
export function productionEnvironment(addresses: Addresses): Record<string, string> {
  return {
    ARQONBUS_ENVIRONMENT: 'production',
    ARQONBUS_PREFLIGHT_STRICT: 'true',
    ARQONBUS_SERVER_HOST: '127.0.0.1',
    ARQONBUS_SERVER_PORT: String(addresses.busPort),
    ARQONBUS_MAX_CONNECTIONS: '1000',
    ARQONBUS_MAX_MESSAGE_SIZE: '1048576',
    ARQONBUS_MAX_HISTORY_SIZE: '10000',
    ARQONBUS_STORAGE_BACKEND: 'redis_streams',
    ARQONBUS_STORAGE_MODE: 'strict',
    ARQONBUS_ENABLE_PERSISTENCE: 'true',
    ARQONBUS_VALKEY_URL: addresses.hotStoreUrl,
    ARQONBUS_POSTGRES_URL: addresses.postgresUrl,
    ARQONBUS_INFRA_PROTOCOL: 'protobuf',
    ARQONBUS_ALLOW_JSON_INFRA: 'false',
    ARQONBUS_ENABLE_TELEMETRY: 'true',
    ARQONBUS_TELEMETRY_HOST: '127.0.0.1',
    ARQONBUS_TELEMETRY_PORT: String(addresses.telemetryPort),
    ARQONBUS_ENABLE_AUTH: 'true',
    ARQONBUS_AUTH_JWT_SECRET: randomSecret(),
    ARQONBUS_AUTH_JWT_ALGORITHM: 'HS256',
    ARQONBUS_DEBUG: 'false',
    ARQONBUS_CASIL_ENABLED: 'true',
    ARQONBUS_CASIL_MODE: 'monitor',
    ARQONBUS_CASIL_DEFAULT_DECISION: 'allow',
    ARQONBUS_CASIL_MAX_INSPECT_BYTES: '65536',
    ARQONBUS_CASIL_MAX_PATTERNS: '32',
    ARQONBUS_CASIL_MAX_PAYLOAD_BYTES: '262144',
    ARQONBUS_OMEGA_ENABLED: 'false',
    JWT_SECRET: randomSecret(),
    NATS_URL: addresses.natsUrl,
    ARQON_SCHEMA_STRICT: 'true',
  }
}
