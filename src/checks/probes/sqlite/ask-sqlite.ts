import { SilenceError, UnobservedError } from '../../../base/errors.js'
import { hasDuplicateKeys } from '../../../base/text/bounded-json.js'
import { misconfigured, peerWords, refusedByPeer, refusedForNow, type Refusal } from '../../../net/refusal.js'
import { runOneShot } from '../../../processes/one-shot.js'
import { basicEnvironment, isStartError, toolProblem } from '../../../processes/start-problem.js'

/** What stops the reading of a database. */
export const sqliteProblems = [
  'tool-missing',
  'tool-not-executable',
  'interpreter-missing',
  'folder-missing',
  'tool-too-old',
  'file-not-found',
  'file-unreadable',
  'not-a-file',
  'not-a-database',
  'needs-writing',
  'corrupt',
  'io-error',
  'query-refused',
  'too-large',
] as const

/** Bytes of an answer. */
const mostOutput = 1_000_000

/** Rows that are given. */
export const mostSqliteRows = 100

/** Characters of a text in a row. */
export const longestSqliteText = 1000

type Value = string | number | null

interface SqliteAnswer {
  readonly tables: number
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<Record<string, Value>>[]
  /** There are more rows than are given, or a text in them is cut. */
  readonly truncated: boolean
}

/**
 * It opens nothing for writing, waits a second for a lock, ends at the first error, reads no settings of the user, and
 * refuses what reaches beyond the database (`-safe`): ATTACH, readfile(), writefile(), extensions.
 */
const options = ['-safe', '-readonly', '-batch', '-bail', '-json', '-init', '/dev/null', '-cmd', '.timeout 1000']

/** Without it a query of constants would succeed whatever the file is. */
const firstStatement = "SELECT count(*) AS tables FROM sqlite_master WHERE type = 'table';"

/**
 * Asks a database with the program `sqlite3`.
 *
 * @param place.tool a name on PATH, or a path
 * @param place.path absolute
 * @param query one statement that only reads; empty for none
 * @param limit milliseconds
 * @throws Refusal with one of `sqliteProblems`; UnobservedError for a database that is locked; SilenceError
 */
export async function askSqlite(
  { tool, path }: { readonly tool: string; readonly path: string },
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<SqliteAnswer> {
  const environment = basicEnvironment()
  const input = Buffer.from(`${firstStatement}\n${query === '' ? '' : `${query}\n;\n`}`)
  const ended = await runOneShot(
    { argv: [tool, ...options, path], environment, input, limit, mostOutput },
    signal,
  ).catch(async (thrown: unknown) => {
    if (thrown instanceof SilenceError || !isStartError(thrown)) throw thrown
    const { code, detail } = await toolProblem(thrown, tool, '/', environment['PATH'] ?? '')
    throw refusedByPeer(
      code,
      `${detail}: install it, such as with \`apt-get install sqlite3\` (Alpine, Fedora: sqlite)`,
    )
  })
  if (ended.wroteTooMuch)
    throw misconfigured('too-large', `the answer has more than ${mostOutput} bytes: ask for counts, or for fewer rows`)
  const output = ended.stdout.toString('utf8')
  const complaint = peerWords(ended.stderr.toString('utf8'))
  if (ended.exitCode === -1) throw new Error(`${tool} was ended by a signal`)
  const [first = '', ...rest] = output.split('\n')
  if (ended.exitCode !== 0 || complaint !== '') throw complaintOf(tool, complaint, first !== '')
  return { tables: tablesOf(tool, first), ...rowsOf(rest.join('\n')) }
}

/** Result codes of SQLite (sqlite.org/rescode.html), which the program puts in parentheses. */
function complaintOf(tool: string, words: string, isOpen: boolean): Error {
  if (/unknown option: -?-(?:safe|json|readonly)/.test(words))
    return refusedByPeer('tool-too-old', `${tool} must have version 3.37 or newer: ${words}`)
  const code = Number(/\((\d+)\)/.exec(words)?.[1] ?? 0)
  if (code === 5 || code === 6 || /database (?:table )?is locked/.test(words))
    return new UnobservedError('locked', words, { isTransient: true, class: 'dependency' })
  const known: Readonly<Record<number, () => Refusal>> = {
    10: () => refusedForNow('io-error', words),
    11: () => refusedByPeer('corrupt', words),
    26: () => misconfigured('not-a-database', words),
    ...(isOpen ? {} : { 8: () => unwritable(words), 14: () => unwritable(words) }),
  }
  if (known[code] !== undefined) return known[code]()
  if (words.startsWith('Error: unable to open database')) return misconfigured('file-unreadable', words)
  return misconfigured('query-refused', words)
}

/** Even to read, SQLite writes beside a database in WAL mode that nobody has open, or after an interrupted change. */
export function unwritable(words: string): Refusal {
  return misconfigured(
    'needs-writing',
    `to read this database, SQLite must write files beside it (-wal, -shm, -journal): run preflight as the owner of the database, or while the service has it open (${words})`,
  )
}

function tablesOf(tool: string, line: string): number {
  const tables = Number(/^\[\{"tables":(\d+)\}\]$/.exec(line)?.[1])
  if (!Number.isSafeInteger(tables)) throw new Error(`${tool} does not answer as the program of SQLite does`)
  return tables
}

function rowsOf(text: string): Omit<SqliteAnswer, 'tables'> {
  if (text.trim() === '') return { columns: [], rows: [], truncated: false }
  if (hasDuplicateKeys(text)) throw misconfigured('query-refused', 'two columns have the same name: name them with AS')
  const read = JSON.parse(text) as readonly Readonly<Record<string, Value>>[]
  const rows = read.slice(0, mostSqliteRows)
  let isCut = read.length > mostSqliteRows
  const shown = (value: Value): Value => {
    if (typeof value === 'number' && !(Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER))
      throw misconfigured('query-refused', 'a number is too large to be given exactly: CAST it AS TEXT')
    if (typeof value !== 'string' || value.length <= longestSqliteText) return value
    isCut = true
    return value.slice(0, longestSqliteText)
  }
  const given = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(value)] as const)),
  )
  return { columns: Object.keys(read[0] ?? {}), rows: given, truncated: isCut }
}
