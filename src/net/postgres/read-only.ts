import { SilenceError } from '../../base/errors.js'
import { misconfigured, peerWords, refusedForNow } from '../refusal.js'
import { StatementError, type PostgresSession, type StatementResult } from './postgres-session.js'

interface Limits {
  /** Milliseconds for a statement, after which the server cancels it. */
  readonly statement: number
  /** Milliseconds to wait for a lock. */
  readonly lock: number
}

/** What begins a transaction that can only read; the limits end with it. */
export function beginReadOnly({ statement, lock }: Limits): string {
  return `BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${statement}; SET LOCAL lock_timeout = ${lock}`
}

/** Rows that are given; the server is asked for one more, to see whether there are more. */
export const mostQueryRows = 100

/** Characters of a text in a row. */
export const longestValue = 1000

/** A bound value, and what a row holds: `null` is NULL. */
type RowValue = string | number | boolean | null

interface QueryAnswer {
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<Record<string, RowValue>>[]
  /** There are more rows than are given, or a text in them is cut. */
  readonly truncated: boolean
  readonly milliseconds: number
}

/**
 * Reads the rows of one query. It is declared as a cursor, since PostgreSQL takes nothing there but one SELECT, VALUES
 * or WITH without changes, whatever the role may do: a superuser's `COPY … TO PROGRAM` is allowed in a read-only
 * transaction. After a refusal the session is good for its end only.
 *
 * @param limit milliseconds
 * @throws Refusal `query-refused` when the server refuses it; `query-cancelled` when somebody cancels it, or a lock is
 *   not to be had in half of the limit
 * @throws SilenceError when it takes longer than the limit
 */
export async function readRows(
  session: PostgresSession,
  text: string,
  values: readonly RowValue[],
  limit: number,
): Promise<QueryAnswer> {
  const began = performance.now()
  try {
    await session.run(beginReadOnly({ statement: limit, lock: Math.ceil(limit / 2) }))
    await session.run(`DECLARE preflight_query NO SCROLL CURSOR FOR ${text}`, values)
    const [fetched] = await session.run(`FETCH ${mostQueryRows + 1} FROM preflight_query`, [])
    await session.run('ROLLBACK')
    return { ...answerOf(fetched!), milliseconds: Math.round(performance.now() - began) }
  } catch (error) {
    throw error instanceof StatementError ? explained(error, performance.now() - began >= limit) : error
  }
}

function explained(error: StatementError, isOverTime: boolean): Error {
  if (error.sqlState === '57014' && isOverTime)
    return new SilenceError('the server cancelled the query at its time limit')
  const detail = peerWords(`${error.message} (SQLSTATE ${error.sqlState})`)
  // Locks, cancelled statements, conflicts with recovery, a lack of resources, a server that shuts down.
  if (/^(40|53|55P03|57)/.test(error.sqlState)) return refusedForNow('query-cancelled', detail)
  return misconfigured('query-refused', detail)
}

function answerOf({ columns, rows }: StatementResult): Omit<QueryAnswer, 'milliseconds'> {
  const names = columns.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw misconfigured('query-refused', `two columns are called ${peerWords(twice)}: name them with AS`)
  const read = rows.slice(0, mostQueryRows).map((row) => columns.map(({ name, type }) => readValue(row[name], type)))
  return {
    columns: names,
    rows: read.map((cells) => Object.fromEntries(cells.map(({ value }, index) => [names[index]!, value]))),
    truncated: rows.length > mostQueryRows || read.some((cells) => cells.some(({ isCut }) => isCut)),
  }
}

const booleanType = 16
/** float4, float8, numeric. */
const fractionTypes = new Set([700, 701, 1700])

/**
 * What the session gives (whole numbers, text, `null`) as JSON has it: a figure that a number cannot hold, `NaN` and
 * every other type stay text.
 */
function readValue(raw: unknown, type: number): { readonly value: RowValue; readonly isCut: boolean } {
  const whole = (value: RowValue) => ({ value, isCut: false })
  if (raw === null || typeof raw === 'number') return whole(raw)
  const text = raw as string
  if (type === booleanType) return whole(text === 't')
  if (fractionTypes.has(type)) {
    const number = Number(text)
    const isHeld = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))
    return whole(isHeld ? number : text)
  }
  if (text.length <= longestValue) return whole(text)
  return { value: `${text.slice(0, longestValue - 1)}…`, isCut: true }
}
