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
      ...(options.tls === undefined ? {} : { tls: { cert_file: options.tls.certificateFile, key_file: options.tls.keyFile } }),
      ...(options.maxConnections === undefined ? {} : { max_connections: options.maxConnections }),
      authorization: {
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
    command: requireBinary(['nats-server'], 'nats-server'),
    args: ['-c', configurationFile],
    folder,
    logFile: join(folder, 'nats.log'),
  })
  await waitForLog('NATS', process, /Server is ready/)
  return process
}

/** Starts NATS in this folder on a free loopback port, with one user and JetStream. */
export async function startNats(folder: string, password = randomSecret(32)): Promise<NatsServer> {
  mkdirSync(folder, { recursive: true })
  const server = await onFreePort((port) =>
    superviseServer<NatsOptions>({
      name: 'NATS',
      port,
      folder,
      url: `nats://${user}:${password}@127.0.0.1:${port}`,
      defaults: {},
      stopSignal: 'SIGKILL',
      launch: (options) => launchNats(port, folder, password, options),
    }),
  )
  return { ...server, user, password }
}
