import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireBinary } from '../process/binary.js'
import { type OwnedProcess, startOwnedProcess } from '../process/owned-process.js'
import { randomSecret } from '../random-secret.js'
import type { ServerCertificate } from './certificate.js'
import { onFreePort, type Server, waitForLog } from './server.js'
import { superviseServer } from './supervised-server.js'

export interface NatsOptions {
  readonly jetStream?: boolean
  /** Subjects the deployment's user may not publish to. */
  readonly denyPublish?: readonly string[]
  /** Subjects the deployment's user may not subscribe to. */
  readonly denySubscribe?: readonly string[]
  /** How many clients may be connected at once. */
  readonly maxConnections?: number
  /** Demand TLS after the INFO banner, with this certificate. */
  readonly tls?: ServerCertificate
  /** Demand a certificate of the client as well, signed by this file's. */
  readonly clientAuthority?: string
  /**
   * What a client must show. `nothing` maps those without credentials to the deployment's user; by default `password`.
   */
  readonly demands?: 'nothing' | 'password' | 'token'
}

export interface NatsServer extends Server<NatsOptions> {
  readonly user: string
  readonly password: string
}

const user = 'arqon-shield'

/** NATS reads its configuration as a superset of JSON. */
function configuration(port: number, folder: string, password: string, options: NatsOptions): string {
  return JSON.stringify(
    {
      host: '127.0.0.1',
      port,
      server_name: 'sandbox',
      ...(options.jetStream === false ? {} : { jetstream: { store_dir: join(folder, 'jetstream') } }),
      ...(options.tls === undefined
        ? {}
        : {
            tls: {
              cert_file: options.tls.certificateFile,
              key_file: options.tls.keyFile,
              ...(options.clientAuthority === undefined ? {} : { ca_file: options.clientAuthority, verify: true }),
            },
          }),
      ...(options.maxConnections === undefined ? {} : { max_connections: options.maxConnections }),
      ...(options.demands === 'nothing' ? { no_auth_user: user } : {}),
      authorization:
        options.demands === 'token'
          ? { token: password }
          : {
              users: [
                {
                  user,
                  password,
                  permissions: {
                    publish: { allow: ['>'], deny: options.denyPublish ?? [] },
                    subscribe: { allow: ['>'], deny: options.denySubscribe ?? [] },
                  },
                },
              ],
            },
    },
    undefined,
    2,
  )
}

async function launchNats(port: number, folder: string, password: string, options: NatsOptions): Promise<OwnedProcess> {
  const configurationFile = join(folder, 'nats.conf')
  rmSync(configurationFile, { force: true })
  writeFileSync(configurationFile, configuration(port, folder, password, options), { mode: 0o600 })
  const process = await startOwnedProcess({
    command: requireBinary(['nats-server']),
    args: ['-c', configurationFile],
    folder,
    logFile: join(folder, 'nats.log'),
  })
  await waitForLog('NATS', process, /Server is ready/)
  return process
}

/**
 * Starts NATS in this folder on a free loopback port, with one user and JetStream. Without other options it demands
 * what the defaults do.
 */
export async function startNats(
  folder: string,
  password = randomSecret(32),
  demands: NatsOptions['demands'] = 'password',
): Promise<NatsServer> {
  mkdirSync(folder, { recursive: true })
  const server = await onFreePort((port) =>
    superviseServer<NatsOptions>({
      name: 'NATS',
      port,
      folder,
      url: demands === 'nothing' ? `nats://127.0.0.1:${port}` : `nats://${user}:${password}@127.0.0.1:${port}`,
      defaults: {},
      stopSignal: 'SIGKILL',
      launch: (options) => launchNats(port, folder, password, { demands, ...options }),
    }),
  )
  return { ...server, user, password }
}
