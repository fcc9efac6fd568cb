import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type Account, unprivilegedAccount } from '../process/account.js'
import { requireBinary } from '../process/binary.js'
import { type OwnedProcess, startOwnedProcess } from '../process/owned-process.js'
import { runToEnd } from '../process/run-to-end.js'
import { randomSecret } from '../random-secret.js'
import type { ServerCertificate } from './certificate.js'
import { onFreePort, type Server, waitForLog } from './server.js'
import { superviseServer } from './supervised-server.js'

export interface PostgresOptions {
  /** Run-time settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
  /** Accept nothing but TLS, with this certificate. */
  readonly tls?: ServerCertificate
  /** Accept plain connections beside those over TLS. */
  readonly plainToo?: boolean
  /** PEM file of authorities; a client over TLS must show a certificate of theirs. */
  readonly clientAuthorities?: string
  /** Come up in recovery, as a standby that accepts only reads. */
  readonly standby?: boolean
}

export interface PostgresServer extends Server<PostgresOptions> {
  readonly user: string
  readonly password: string
  readonly database: string
  /** Runs SQL as the superuser in the deployment's database; gives the rows. */
  administer(sql: string): Promise<readonly Record<string, unknown>[]>
  /** A connection as the superuser, to be held and ended by the caller. */
  connectAsAdministrator(): Promise<pg.Client>
}

const administrator = 'sandbox_admin'

interface Cluster {
  readonly folder: string
  readonly data: string
  readonly account: Account | undefined
  readonly adminPassword: string
}

/** An initialised cluster to start servers from; initdb takes a second of processor time, a copy a fraction of it. */
export interface ClusterTemplate {
  readonly data: string
  readonly adminPassword: string
  readonly account: Account | undefined
}

function own(path: string, account: Account | undefined): void {
  if (account !== undefined) chownSync(path, account.uid, account.gid)
}

/** Runs initdb in this folder. The administrator's password is random and goes into every copy. */
export async function createClusterTemplate(folder: string): Promise<ClusterTemplate> {
  mkdirSync(folder, { recursive: true })
  const template = { data: join(folder, 'data'), account: unprivilegedAccount(), adminPassword: randomSecret(32) }
  own(folder, template.account)
  const passwordFile = join(folder, 'administrator')
  writeFileSync(passwordFile, template.adminPassword, { mode: 0o600 })
  own(passwordFile, template.account)
  await runToEnd(
    requireBinary(['initdb']),
    [
      '--pgdata',
      template.data,
      '--username',
      administrator,
      '--pwfile',
      passwordFile,
      '--auth',
      'scram-sha-256',
      '--encoding',
      'UTF8',
      '--locale',
      'C',
      '--wal-segsize',
      '1',
      '--no-sync',
      '--no-instructions',
    ],
    { folder, account: template.account },
  )
  rmSync(passwordFile)
  return template
}

async function copyCluster(template: ClusterTemplate, folder: string): Promise<Cluster> {
  mkdirSync(folder, { recursive: true })
  own(folder, template.account)
  const data = join(folder, 'data')
  await runToEnd('cp', ['-R', '-p', template.data, data], { folder, account: template.account })
  return { folder, data, account: template.account, adminPassword: template.adminPassword }
}

const quick = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '40',
  shared_buffers: '16MB',
  autovacuum: 'off',
  log_min_messages: 'log',
}

/** The key must be readable by the server's account alone, or PostgreSQL refuses to start. */
function tlsSettings(tls: ServerCertificate | undefined): Record<string, string> {
  return tls === undefined ? {} : { ssl: 'on', ssl_cert_file: tls.certificateFile, ssl_key_file: tls.keyFile }
}

async function launchPostgres(cluster: Cluster, port: number, options: PostgresOptions): Promise<OwnedProcess> {
  const standbySignal = join(cluster.data, 'standby.signal')
  if (options.standby === true) {
    writeFileSync(standbySignal, '')
    own(standbySignal, cluster.account)
  } else rmSync(standbySignal, { force: true })
  if (options.tls !== undefined) {
    own(options.tls.keyFile, cluster.account)
    chmodSync(options.tls.keyFile, 0o600)
  }
  const kind = options.tls === undefined || options.plainToo === true ? 'host' : 'hostssl'
  const demand = options.clientAuthorities === undefined ? '' : ' clientcert=verify-ca'
  const authorities = options.clientAuthorities === undefined ? {} : { ssl_ca_file: options.clientAuthorities }
  writeFileSync(join(cluster.data, 'pg_hba.conf'), `${kind} all all 127.0.0.1/32 scram-sha-256${demand}\n`)
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    ...quick,
    ...tlsSettings(options.tls),
    ...authorities,
    ...options.settings,
  }
  const process = await startOwnedProcess({
    command: requireBinary(['postgres']),
    args: ['-D', cluster.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    folder: cluster.folder,
    logFile: join(cluster.folder, 'postgres.log'),
    account: cluster.account,
  })
  await waitForLog('PostgreSQL', process, /ready to accept (read-only )?connections/)
  return process
}

/**
 * Starts PostgreSQL in this folder, from a copy of the template, on a free loopback port, with a role that owns one
 * database, both of this name.
 */
export async function startPostgres(
  folder: string,
  template: ClusterTemplate,
  name = 'arqonbus',
  password = randomSecret(32),
): Promise<PostgresServer> {
  const cluster = await copyCluster(template, folder)
  const server = await onFreePort((port) =>
    superviseServer<PostgresOptions>({
      name: 'PostgreSQL',
      port,
      folder,
      url: `postgresql://${name}:${password}@127.0.0.1:${port}/${name}`,
      defaults: {},
      stopSignal: 'SIGINT',
      launch: (options) => launchPostgres(cluster, port, options),
    }),
  )
  const connect = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client({
      host: server.host,
      port: server.port,
      user: administrator,
      password: cluster.adminPassword,
      database,
    })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  const run = async (database: string, sql: string): Promise<readonly Record<string, unknown>[]> => {
    const client = await connect(database)
    try {
      const result: unknown = await client.query(sql)
      const last = Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : (result as pg.QueryResult)
      return last.rows as Record<string, unknown>[]
    } finally {
      await client.end()
    }
  }
  await run('postgres', `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`)
  await run('postgres', `CREATE DATABASE ${name} OWNER ${name}`)
  return {
    ...server,
    user: name,
    password,
    database: name,
    administer: (sql) => run(name, sql),
    connectAsAdministrator: () => connect(name),
  }
}
