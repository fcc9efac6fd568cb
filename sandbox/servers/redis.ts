import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { requireBinary } from '../process/binary.js'
import { type OwnedProcess, startOwnedProcess } from '../process/owned-process.js'
import { randomSecret } from '../random-secret.js'
import { onFreePort, type Server, waitForLog } from './server.js'
import { superviseServer } from './supervised-server.js'
import type { ServerCertificate } from './certificate.js'

export interface RedisOptions {
  /** Further lines of redis.conf, one setting each. */
  readonly settings?: readonly string[]
  /** Speak TLS, and nothing else, with this certificate. */
  readonly tls?: ServerCertificate
  /** Do not wait for the data set: the server answers LOADING meanwhile. */
  readonly whileLoading?: boolean
}

export interface RedisServer extends Server<RedisOptions> {
  readonly password: string
  /** Runs one command as an administrator that no fault touches. Not over TLS. */
  administer(command: string, ...args: (string | number)[]): Promise<unknown>
}

function configuration(
  port: number,
  folder: string,
  password: string,
  adminPassword: string,
  options: RedisOptions,
): string {
  const listening =
    options.tls === undefined
      ? [`port ${port}`]
      : [
          'port 0',
          `tls-port ${port}`,
          `tls-cert-file ${options.tls.certificateFile}`,
          `tls-key-file ${options.tls.keyFile}`,
          'tls-auth-clients no',
        ]
  return [
    'bind 127.0.0.1',
    ...listening,
    `dir ${folder}`,
    'daemonize no',
    'save ""',
    'appendonly no',
    'maxmemory-policy noeviction',
    'enable-debug-command local',
    `user default on >${password} ~* &* +@all`,
    `user sandbox-admin on >${adminPassword} ~* &* +@all`,
    ...(options.settings ?? []),
    '',
  ].join('\n')
}

async function launchRedis(
  port: number,
  folder: string,
  password: string,
  adminPassword: string,
  options: RedisOptions,
): Promise<OwnedProcess> {
  const configurationFile = join(folder, 'redis.conf')
  rmSync(configurationFile, { force: true })
  writeFileSync(configurationFile, configuration(port, folder, password, adminPassword, options), { mode: 0o600 })
  const process = await startOwnedProcess({
    command: requireBinary(['redis-server', 'valkey-server']),
    args: [configurationFile],
    folder,
    logFile: join(folder, 'redis.log'),
  })
  await waitForLog(
    'Redis',
    process,
    options.whileLoading === true ? /Server initialized/ : /Ready to accept connections/,
  )
  return process
}

/** Starts Redis (or Valkey) in this folder on a free loopback port, with a password, without persistence. */
export async function startRedis(folder: string, password = randomSecret(32)): Promise<RedisServer> {
  mkdirSync(folder, { recursive: true })
  const adminPassword = randomSecret(32)
  const server = await onFreePort((port) =>
    superviseServer<RedisOptions>({
      name: 'Redis',
      port,
      folder,
      url: `redis://:${password}@127.0.0.1:${port}/0`,
      defaults: {},
      stopSignal: 'SIGTERM',
      launch: (options) => launchRedis(port, folder, password, adminPassword, options),
    }),
  )
  return {
    ...server,
    password,
    async administer(command, ...args) {
      const client = new Redis({
        host: server.host,
        port: server.port,
        username: 'sandbox-admin',
        password: adminPassword,
        lazyConnect: true,
        enableReadyCheck: false,
        retryStrategy: null,
        maxRetriesPerRequest: 0,
      })
      client.on('error', () => undefined)
      try {
        await client.connect()
        return await client.call(command, ...args)
      } finally {
        client.disconnect()
      }
    },
  }
}
