import type { Socket } from 'node:net'
import { messageOf, SilenceError } from '../kernel/errors.js'
import type { Secret } from '../kernel/secret.js'
import { boundBytes, TooMuchError } from './bounded-socket.js'
import { postgresRefusal } from './postgres-replies.js'
import { misconfigured, Refusal } from './refusal.js'
import { connectionClosed } from './socket-refusal.js'
import { tlsRefusal } from './tls.js'
import { untilAborted } from './until-aborted.js'

const mostBytes = 1_000_000

/** Milliseconds to say goodbye; a server that is gone is not waited for. */
const farewell = 250

export interface PostgresLogin {
  readonly user: string
  readonly password: Secret | undefined
  readonly database: string
  readonly settings: Readonly<Record<string, string>>
}

type Row = Readonly<Record<string, unknown>>

/** A session on a socket that stands already. */
export interface PostgresSession {
  /** Runs one statement. @throws Refusal for a SQLSTATE that is known and for a lost connection */
  query(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
  end(): Promise<void>
}

/** First bytes a server may send after the start-up message: authentication, error, notice, protocol negotiation. */
const firstBytes = new Set(['R', 'E', 'N', 'v'])

/** Makes a connected socket look like one that pg connects itself. */
function handOver(socket: Socket): Socket {
  const connect = (): Socket => {
    process.nextTick(() => socket.emit('connect'))
    return socket
  }
  return Object.assign(socket, { connect })
}

/**
 * Logs in with pg on a connected, if need be encrypted socket. Nothing is taken from `PG*` variables or `~/.pgpass`.
 *
 * @param limit milliseconds for one query
 * @throws Refusal when the server turns the login down, and `not-postgres` when its first byte is no message of the protocol
 */
export async function openPostgresSession(socket: Socket, login: PostgresLogin, limit: number, signal: AbortSignal): Promise<PostgresSession> {
  const { default: pg } = await import('pg')
  let cause: Error | undefined
  boundBytes(socket, mostBytes)
  socket.once('error', (error) => (cause ??= error))
  const checkFirst = (chunk: Buffer): void => {
    socket.removeListener('data', checkFirst)
    if (firstBytes.has(String.fromCharCode(chunk[0] ?? 0))) return
    cause = misconfigured('not-postgres', 'its answer to a login is no message of the PostgreSQL protocol')
    socket.destroy(cause)
  }
  socket.prependListener('data', checkFirst)

  class BareClient extends pg.Client {
    /** Called by the driver for its start-up message; its own would read `PGOPTIONS` and `PGAPPNAME`. */
    getStartupConf(): Readonly<Record<string, string>> {
      return { application_name: 'preflight', ...login.settings, user: login.user, database: login.database, client_encoding: 'UTF8' }
    }
  }
  const client = new BareClient({
    stream: () => handOver(socket),
    user: login.user,
    database: login.database,
    // A function, since pg looks for an empty password in PGPASSWORD and for a missing one in ~/.pgpass.
    password: () => login.password?.reveal() ?? '',
    host: 'handed-over',
    port: 5432,
    ssl: false,
    query_timeout: limit,
    ...{ sslnegotiation: 'postgres' },
  })
  client.on('error', (error) => (cause ??= error))

  const explained = (error: unknown): Error => {
    if (cause instanceof Refusal || cause instanceof TooMuchError) return cause
    if (messageOf(error) === 'Query read timeout') return new SilenceError('no answer to a query within the time limit')
    const refusal = postgresRefusal(error, login.password) ?? (cause === undefined ? undefined : postgresRefusal(cause, login.password))
    if (refusal !== undefined) return refusal
    const lost = tlsRefusal(error) ?? (cause === undefined ? undefined : tlsRefusal(cause))
    if (lost !== undefined) return lost
    if (/^Connection terminated/.test(messageOf(error))) return connectionClosed()
    return error instanceof Error ? error : new Error(messageOf(error))
  }
  const explaining = async <Value>(promise: Promise<Value>): Promise<Value> => {
    try {
      return await untilAborted(signal, promise)
    } catch (error) {
      throw explained(error)
    }
  }

  await explaining(client.connect())
  return {
    async query(sql, values = []) {
      const result = await explaining(client.query<Record<string, unknown>>(sql, [...values]))
      return result.rows
    },
    async end() {
      const closed = new Promise<void>((fulfil) => socket.once('close', () => fulfil()))
      if (socket.destroyed) return
      client.end().catch(() => {})
      const timer = setTimeout(() => socket.destroy(), signal.aborted ? 0 : farewell)
      await closed
      clearTimeout(timer)
    },
  }
}
