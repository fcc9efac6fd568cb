import { messageOf } from '../../../base/errors.js'
import { NotPerformedError } from '../../definition/step-kind.js'
import { StatementError, type PostgresSession, type StatementResult } from '../../../net/postgres/postgres-session.js'
import { unknownEnd } from '../effect/approach.js'
import type { SqlText } from './sql-input.js'
import { askToNotice, isEndOfConnection, type StatementsEnd, type StatementSettings } from './transaction.js'

/**
 * Runs each statement by itself, up to the first that fails. What took effect before stays, and of one that fails as
 * well, such as the invalid index of CREATE INDEX CONCURRENTLY.
 *
 * @throws NotPerformedError when the first was not sent
 * @throws Error when the connection was lost, or the time limit came, after one was sent
 */
export async function runOneByOne(
  session: PostgresSession,
  texts: readonly SqlText[],
  settings: StatementSettings,
  signal: AbortSignal,
): Promise<StatementsEnd> {
  const results: StatementResult[] = []
  for (const [index, { text, values }] of texts.entries()) {
    try {
      await prepare(session, settings, index === 0)
      signal.throwIfAborted()
    } catch (error) {
      const place = `before statement ${index + 1} of ${texts.length} was sent`
      const [code, reason] = signal.aborted
        ? ['57014', `it was cut off ${place}`]
        : ['08006', `the connection was lost ${place}: ${messageOf(error)}`]
      if (index === 0) throw new NotPerformedError(reason)
      return { committed: false, results, code, detail: reason }
    }
    try {
      results.push(...(await session.run(text, values)))
    } catch (error) {
      if (signal.aborted || !(error instanceof StatementError) || isEndOfConnection(error.sqlState))
        throw unknownEnd(`statement ${index + 1} of ${texts.length} was sent`, error, signal)
      return { committed: false, results, code: error.sqlState, detail: error.message }
    }
  }
  return { committed: true, results, code: 'none', detail: '' }
}

async function prepare(session: PostgresSession, settings: StatementSettings, isFirst: boolean): Promise<void> {
  const { statementLimit, lockTimeout } = settings
  if (isFirst) await askToNotice(session)
  if (isFirst && lockTimeout !== undefined) await session.query(`SET lock_timeout = ${lockTimeout}`)
  await session.query(`SET statement_timeout = ${statementLimit()}`)
}
