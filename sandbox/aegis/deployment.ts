import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../process/free-port.js'
import { temporaryFolder } from '../process/leftovers.js'
import { randomSecret } from '../random-secret.js'
import { type MosquittoServer, startMosquitto } from '../servers/mosquitto.js'
import { type ClusterTemplate, createClusterTemplate, type PostgresServer, startPostgres } from '../servers/postgres.js'
import { type AegisApi, startApi } from './api.js'
import type { AegisVersion } from './misbehaviour.js'
import { type AegisPrograms, createAegisPrograms } from './programs.js'
import type { LimitSettings } from './request-limit.js'
import { migratedSchema, readingRole } from './schema.js'

interface AegisOptions {
  readonly version?: AegisVersion
  /** How often one client may ask; ten times in 60 s by default, as Aegis. */
  readonly limit?: LimitSettings
  /** What the PostgreSQL cluster is copied from; one is made unless given. */
  readonly clusterTemplate?: Promise<ClusterTemplate>
}

/** Aegis in production on loopback, in a temporary folder: the API's stand-in, and its real servers. */
export interface AegisDeployment {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, string>>
  readonly postgres: PostgresServer
  readonly broker: MosquittoServer
  readonly api: AegisApi
  readonly programs: AegisPrograms
  /** The name of the role that only reads. */
  readonly reader: string
  /** Ends every process and removes the folder. */
  stop(): Promise<void>
}

const reader = 'a0_ro_user'

/** A password that Aegis takes: eight characters, of every kind that it asks for. */
const userPassword = (): string => `Aa1!${randomSecret(24).replaceAll('-', '.')}`

function environmentOf(
  folder: string,
  postgres: PostgresServer,
  broker: MosquittoServer,
  readerPassword: string,
): Record<string, string> {
  const database = `${postgres.host}:${postgres.port}/${postgres.database}`
  return {
    ENV: 'production',
    SECRET_KEY: randomSecret(),
    ALGORITHM: 'HS256',
    ACCESS_TOKEN_EXPIRE_MINUTES: '30',
    DATABASE_URL: `postgresql+psycopg2://${postgres.user}:${postgres.password}@${database}`,
    DATABASE_URL_RO: `postgresql+psycopg2://${reader}:${readerPassword}@${database}`,
    POSTGRES_USER: postgres.user,
    POSTGRES_PASSWORD: randomSecret(32),
    POSTGRES_DB: postgres.database,
    DB_PW: postgres.password,
    DB_RO_PW: readerPassword,
    DB_POOL_SIZE: '5',
    DB_MAX_OVERFLOW: '10',
    MQTT_HOST: 'localhost',
    MQTT_PORT: String(broker.tlsPort),
    DEBUG: 'false',
    LOG_LEVEL: 'INFO',
    USERS: `operator:${userPassword()},auditor:${userPassword()}`,
    DATA_ROOT: join(folder, 'projects_data'),
  }
}

function inputsOf(
  folder: string,
  api: AegisApi,
  broker: MosquittoServer,
  { programs }: AegisPrograms,
): Record<string, string> {
  return {
    'aegis.api_url': `http://127.0.0.1:${api.endpoint.port}`,
    'aegis.aegis_directory': folder,
    'aegis.certificate_folder': broker.certificateFolder,
    'aegis.broker_url': broker.tlsUrl,
    'aegis.docker': programs.docker,
    'aegis.kubectl': programs.kubectl,
    'aegis.systemctl': programs.systemctl,
    'aegis.bandit': programs.bandit,
    'aegis.safety': programs.safety,
    'aegis.pip_audit': programs['pip-audit'],
    // Its certificates are made for 30 days, and its machine does other work as well.
    'aegis.expiry_days': '14',
    'aegis.response_ms': '10000',
    'aegis.response_target_ms': '5000',
    'aegis.query_ms': '5000',
    'aegis.cpu_percent': '100',
    'aegis.memory_percent': '100',
    'aegis.disk_free_percent': '0',
  }
}

/**
 * Starts Aegis as it goes live. All of it ends with this process.
 * @throws when a server is not installed or does not start; then nothing is left running
 */
export async function startAegis(options: AegisOptions = {}): Promise<AegisDeployment> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-sandbox-'))
  // PostgreSQL runs under another account than root and must reach its own folder in here.
  chmodSync(folder, 0o711)
  const removeFolder = temporaryFolder(folder)
  const stops: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    const ends = []
    for (const each of stops.splice(0).reverse()) ends.push(...(await Promise.allSettled([each()])))
    removeFolder()
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }
  const keep = <Thing extends { stop(): Promise<void> }>(thing: Thing): Thing => {
    stops.push(() => thing.stop())
    return thing
  }
  try {
    const template = options.clusterTemplate ?? createClusterTemplate(join(folder, 'postgres-template'))
    const starting = await Promise.allSettled([
      template.then((ready) => startPostgres(join(folder, 'postgres'), ready, 'a0_rw_user')).then(keep),
      startMosquitto(join(folder, 'mosquitto')).then(keep),
    ] as const)
    const [database, mqtt] = starting
    if (database.status === 'rejected') throw database.reason
    if (mqtt.status === 'rejected') throw mqtt.reason
    const [postgres, broker] = [database.value, mqtt.value]
    const readerPassword = randomSecret(32)
    await postgres.administer(`SET ROLE ${postgres.user}; ${migratedSchema}`)
    await postgres.administer(readingRole(reader, readerPassword, postgres.database))
    mkdirSync(join(folder, 'projects_data'))
    const environment = environmentOf(folder, postgres, broker, readerPassword)
    const { version, limit } = options
    const api = keep(
      await startApi(environment, {
        folder,
        ...(version === undefined ? {} : { version }),
        ...(limit === undefined ? {} : { limit }),
        ownHostBrokerPort: await freePort(),
      }),
    )
    const programs = createAegisPrograms(join(folder, 'programs'), api.logFile)
    const inputs = inputsOf(folder, api, broker, programs)
    return { folder, environment, inputs, postgres, broker, api, programs, reader, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
