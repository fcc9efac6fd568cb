import type { Socket } from 'node:net'
import type { QueryConfig, QueryResult } from 'pg'
import { messageOf, SilenceError } from '../../base/errors.js'
import type { Secret } from '../../redaction/secret-value.js'
import { boundBytes, TooMuchError, BrokenMessageError, CheckedStream } from '../checked-stream.js'
import { peerWords, misconfigured, connectionClosed, isRefusal } from '../refusal.js'
import { postgresFraming } from './postgres-messages.js'
import { postgresRefusal } from './postgres-encrypt.js'
import { tlsRefusal } from '../tls-connection.js'
import { untilAborted } from '../../base/time/waiting.js'

/** Bytes taken in unless more is asked for: what a look at a server's state and catalog needs. */
const fewBytes = 1_000_000

/** Notices kept. */
const mostNotices = 100

/** Milliseconds to say goodbye; a server that is gone is not waited for. */
const farewell = 250

interface PostgresLogin {
  readonly user: string
  readonly password: Secret | undefined
  readonly database: string
  readonly settings: Readonly<Record<string, string>>
}

type Row = Readonly<Record<string, unknown>>

/** The server's own refusal of a statement: the connection goes on, and a transaction is good for a rollback only. */
export class StatementError extends Error {
  override readonly name = 'StatementError'

  constructor(
    /** Five characters (PostgreSQL manual, appendix A). */
    readonly sqlState: string,
    message: string,
  ) {
    super(message)
  }
}

export interface StatementResult {
  /** The command tag's first word: `INSERT`, `COMMIT`. */
  readonly command: string
  /** Rows changed or given; 0 for a statement that has none. */
  readonly rowCount: number
  /** Whole numbers as numbers where one can hold them, `null`, everything else in the server's own text. */
  readonly rows: readonly Row[]
  /** In order, each with the number of its type. */
  readonly columns: readonly { readonly name: string; readonly type: number }[]
}

/** A session on a socket that is already open. */
export interface PostgresSession {
  /** Runs one statement. @throws Refusal for a SQLSTATE that is known and for a lost connection */
  query(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /**
   * Runs one statement with bound values, or, without values, a text of any number of statements.
   *
   * @returns a result for each of them
   * @throws StatementError when the server refuses it, or ends the connection with an error; as `query` does when the
   *   connection is lost without one
   */
  run(sql: string, values?: readonly unknown[]): Promise<readonly StatementResult[]>
  /** As the server said last: outside a transaction, in one, or in one that failed. */
  transactionStatus(): 'idle' | 'open' | 'failed'
  /** What the server remarked, at most the first hundred. */
  readonly notices: readonly string[]
  end(): Promise<void>
}

const transactionStatuses = { I: 'idle', T: 'open', E: 'failed' } as const

const integerTypes = new Set([20, 21, 23, 26])

/** Digits that a number keeps exactly. */
function integerOrText(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

/** A statement's values are read by us: the driver would make dates and arrays of them. */
const plainTypes = {
  getTypeParser: (type: number) => (integerTypes.has(type) ? integerOrText : (text: string) => text),
}

/** Whether an error of the connection is the reason for whatever failed after it. */
function isDecisive(error: unknown): error is Error {
  return isRefusal(error) || error instanceof TooMuchError || error instanceof BrokenMessageError
}

/** First bytes a server may send after the start-up message: authentication, error, notice, protocol negotiation. */
const firstBytes = new Set(['R', 'E', 'N', 'v'])

/**
 * Logs in with pg on a connected, if need be encrypted socket. Nothing is taken from `PG*` variables or `~/.pgpass`.
 *
 * @param limit milliseconds for one query
 * @param mostBytes taken in from the server, over the whole session
 * @throws Refusal when the server turns the login down, and `not-postgres` when its first byte is not a message of the
 *   protocol
 */
export async function openPostgresSession(
  socket: Socket,
  login: PostgresLogin,
  limit: number,
  signal: AbortSignal,
  mostBytes = fewBytes,
): Promise<PostgresSession> {
  const { default: pg } = await import('pg')
  let cause: unknown
  boundBytes(socket, mostBytes)
  socket.once('error', (error) => (cause ??= error))
  const checkFirst = (chunk: Buffer): void => {
    socket.removeListener('data', checkFirst)
    if (firstBytes.has(String.fromCharCode(chunk[0] ?? 0))) return
    const refusal = misconfigured('not-postgres', 'its answer to a login is not a message of the PostgreSQL protocol')
    cause = refusal
    socket.destroy(refusal)
  }
  socket.prependListener('data', checkFirst)

  class BareClient extends pg.Client {
    /** Called by the driver for its start-up message; its own would read `PGOPTIONS` and `PGAPPNAME`. */
    getStartupConf(): Readonly<Record<string, string>> {
      return {
        application_name: 'preflight',
        ...login.settings,
        user: login.user,
        database: login.database,
        client_encoding: 'UTF8',
      }
    }
  }
  const client = new BareClient({
    // The driver uses no more of it than this has.
    stream: () => new CheckedStream(socket, postgresFraming()) as unknown as Socket,
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
  const notices: string[] = []
  client.on('notice', (notice) => {
    if (notices.length < mostNotices) notices.push(peerWords(notice.message ?? '', [login.password]))
  })

  const explained = (error: unknown): Error => {
    if (isDecisive(cause)) return cause
    if (messageOf(error) === 'Query read timeout') return new SilenceError('no answer to a query within the time limit')
    const refusal =
      postgresRefusal(error, login.password) ??
      (cause === undefined ? undefined : postgresRefusal(cause, login.password))
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
  const refused = (error: unknown): StatementError | undefined => {
    if (isDecisive(cause) || !(error instanceof pg.DatabaseError)) return undefined
    const more = [error.detail, error.hint].filter((text) => text !== undefined)
    return new StatementError(error.code ?? 'XX000', peerWords([error.message, ...more].join(' · '), [login.password]))
  }
  return {
    notices,
    transactionStatus() {
      return transactionStatuses[client.getTransactionStatus() ?? 'I']
    },
    async run(sql, values) {
      try {
        const config =
          values === undefined
            ? { text: sql, types: plainTypes }
            : { text: sql, values: [...values], types: plainTypes, queryMode: 'extended' }
        const result: unknown = await untilAborted(signal, client.query<Row>(config as QueryConfig))
        return ([result].flat() as QueryResult<Row>[]).map(({ command, rowCount, rows, fields }) => ({
          command: (command as string | null) ?? '',
          rowCount: rowCount ?? 0,
          rows,
          columns: fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })),
        }))
      } catch (error) {
        throw refused(error) ?? explained(error)
      }
    },
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
