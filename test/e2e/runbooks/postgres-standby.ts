import { appendFileSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { unprivilegedAccount } from '../../../sandbox/process/account.js'
import { requireBinary } from '../../../sandbox/process/binary.js'
import { freePort } from '../../../sandbox/process/free-port.js'
import { startOwnedProcess } from '../../../sandbox/process/owned-process.js'
import { runToEnd } from '../../../sandbox/process/run-to-end.js'
import { randomSecret } from '../../../sandbox/random-secret.js'
import type { PostgresServer } from '../../../sandbox/servers/postgres.js'
import { waitForLog } from '../../../sandbox/servers/server.js'

/** A real standby that streams from a primary of the sandbox. */
export interface PostgresStandby {
  readonly port: number
  /** As the deployment's own role; a standby answers, and takes no writes. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>
  /** Makes it a primary; settles when it is one. */
  promote(): Promise<void>
  stop(): Promise<void>
}

/** Copies the primary with pg_basebackup into this folder, and starts the copy as its standby. */
export async function startStandby(primary: PostgresServer, folder: string): Promise<PostgresStandby> {
  const account = unprivilegedAccount()
  mkdirSync(folder, { recursive: true })
  if (account !== undefined) chownSync(folder, account.uid, account.gid)
  const password = randomSecret(32)
  appendFileSync(join(primary.folder, 'data/pg_hba.conf'), 'host replication copier 127.0.0.1/32 scram-sha-256\n')
  await primary.administer(`CREATE ROLE copier REPLICATION LOGIN PASSWORD '${password}'`)
  await primary.administer('SELECT pg_reload_conf()')
  const data = join(folder, 'data')
  const source = `host=127.0.0.1 port=${primary.port} user=copier password=${password}`
  await runToEnd(
    requireBinary(['pg_basebackup']),
    [
      '--pgdata',
      data,
      '--write-recovery-conf',
      '--wal-method',
      'stream',
      '--checkpoint',
      'fast',
      '--no-sync',
      '--dbname',
      source,
    ],
    { folder, account },
  )
  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '40',
    shared_buffers: '16MB',
    fsync: 'off',
    log_min_messages: 'log',
  }
  const server = await startOwnedProcess({
    command: requireBinary(['postgres']),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    folder,
    logFile: join(folder, 'postgres.log'),
    account,
  })
  await waitForLog('the standby', server, /ready to accept read-only connections/)
  const query = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: primary.user,
      password: primary.password,
      database: primary.database,
    })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows
    } finally {
      await client.end()
    }
  }
  return {
    port,
    query,
    async promote() {
      await runToEnd(requireBinary(['pg_ctl']), ['promote', '--pgdata', data, '--wait'], { folder, account })
    },
    stop: () => server.stop('SIGINT'),
  }
}
