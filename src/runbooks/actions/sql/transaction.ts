import { messageOf } from '../../../base/errors.js'
import { NotPerformedError } from '../../definition/step-kind.js'
import { StatementError, type PostgresSession, type StatementResult } from '../../../net/postgres/postgres-session.js'
import type { SqlText } from './sql-input.js'

/** How the statements ended, when that is known. */
export interface StatementsEnd {
  readonly committed: boolean
  readonly results: readonly StatementResult[]
  /** SQLSTATE, or `none`. */
  readonly code: string
  readonly detail: string
}

export interface StatementSettings {
  /** Milliseconds; read when a statement is about to begin. */
  readonly statementLimit: () => number
  readonly lockTimeout: number | undefined
}

interface TransactionSettings extends StatementSettings {
  readonly isReadOnly: boolean
}

/** Milliseconds between two looks of a busy server at whether we are still there. */
const presenceCheck = 1000

/**
 * Without it a server continues a statement, and keeps its locks, after we have hung up. Servers before version 14 do
 * not know it.
 */
export async function askToNotice(session: PostgresSession): Promise<void> {
  await session.query(
    `SELECT set_config(name, '${presenceCheck}', false) FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'`,
  )
}

async function open(session: PostgresSession, settings: TransactionSettings): Promise<void> {
  try {
    await askToNotice(session)
    await session.query(settings.isReadOnly ? 'BEGIN READ ONLY' : 'BEGIN')
    if (settings.lockTimeout !== undefined) await session.query(`SET LOCAL lock_timeout = ${settings.lockTimeout}`)
  } catch (error) {
    throw new NotPerformedError(`the transaction could not be started: ${messageOf(error)}`)
  }
}

/** Asks for nothing, since the answer gives the state of the session. A session that is gone has left nothing. */
async function hasLeftTransaction(session: PostgresSession): Promise<boolean> {
  try {
    await session.run('')
    return session.transactionStatus() === 'idle'
  } catch {
    return false
  }
}

/**
 * What a failure before COMMIT comes to: nothing was kept, since COMMIT was not sent.
 *
 * @throws Error when the statements have ended the transaction themselves
 */
async function rolledBack(session: PostgresSession, error: unknown, signal: AbortSignal): Promise<StatementsEnd> {
  if (signal.aborted)
    throw new NotPerformedError('it was cut off before COMMIT was sent, so the server rolls everything back')
  if (!(error instanceof StatementError))
    return {
      committed: false,
      results: [],
      code: '08006',
      detail: `the connection was lost before COMMIT: ${messageOf(error)}`,
    }
  if (await hasLeftTransaction(session))
    throw new Error(`the statements ended the transaction of the step, and then failed: ${error.message}`)
  // A server that is gone takes back what it was not asked to keep.
  await session.run('ROLLBACK').catch(() => {})
  return { committed: false, results: [], code: error.sqlState, detail: error.message }
}

/**
 * SQLSTATEs with which a server ends a connection, whatever it was doing: they leave open whether what was sent was
 * done.
 */
export const isEndOfConnection = (code: string): boolean => code.startsWith('57P') || code.startsWith('08')

async function commit(session: PostgresSession, results: readonly StatementResult[]): Promise<StatementsEnd> {
  try {
    const [answer] = await session.run('COMMIT')
    // A transaction that failed is ended by COMMIT as well, and the tag tells how.
    if (answer?.command === 'COMMIT') return { committed: true, results, code: 'none', detail: '' }
    return { committed: false, results: [], code: '25P02', detail: 'the server rolled the transaction back' }
  } catch (error) {
    if (error instanceof StatementError && !isEndOfConnection(error.sqlState))
      return { committed: false, results: [], code: error.sqlState, detail: error.message }
    throw new Error(`COMMIT was sent; unknown whether it took effect: ${messageOf(error)}`, { cause: error })
  }
}

/**
 * Runs everything in one transaction, all or nothing.
 *
 * @throws NotPerformedError when it could not begin, and when the signal aborted before COMMIT was sent
 * @throws Error when the connection was lost after COMMIT was sent, or the statements ended the transaction themselves
 */
export async function transact(
  session: PostgresSession,
  texts: readonly SqlText[],
  settings: TransactionSettings,
  signal: AbortSignal,
): Promise<StatementsEnd> {
  await open(session, settings)
  const results: StatementResult[] = []
  try {
    for (const { text, values } of texts) {
      await session.query(`SET LOCAL statement_timeout = ${settings.statementLimit()}`)
      results.push(...(await session.run(text, values)))
    }
  } catch (error) {
    return await rolledBack(session, error, signal)
  }
  if (session.transactionStatus() === 'idle')
    throw new Error('the statements ended the transaction of the step themselves')
  if (signal.aborted) return await rolledBack(session, undefined, signal)
  return await commit(session, results)
}
