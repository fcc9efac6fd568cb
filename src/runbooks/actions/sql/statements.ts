import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { messageOf } from '../../../base/errors.js'
import { readUnlessPipe } from '../../../base/files/pipes.js'
import { credential, postgresDriver, serviceHome, durationInput } from '../../../net/credential.js'
import { literalOf } from '../../../base/vocabulary.js'
import { pathOrEmpty, pathText, textWithoutNul } from '../../../base/text/terminal-text.js'
import { NotPerformedError } from '../../definition/step-kind.js'

/** A statement of a text: its first words in capitals, without comments and strings. */
interface SqlStatement {
  readonly words: readonly string[]
}

/** A text cannot be taken apart as the server would, or is written for psql. */
export class SqlTextError extends Error {
  override readonly name = 'SqlTextError'
}

/** Words of a statement that are kept: enough to know what kind it is. */
const mostWords = 4

const spans: readonly (readonly [start: RegExp, whole: RegExp, name: string])[] = [
  [/--/y, /--[^\n\r]*/y, 'a comment'],
  [/[eE]'/y, /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y, 'a string'],
  [/'/y, /'(?:[^']|'')*'/y, 'a string'],
  [/"/y, /"(?:[^"]|"")*"/y, 'a quoted name'],
]

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0]
}

/** Comments between slash and star nest in SQL. */
function endOfComment(text: string, start: number): number {
  let depth = 1
  for (let offset = start + 2; offset < text.length; offset += 1) {
    const two = text.slice(offset, offset + 2)
    if (two !== '/*' && two !== '*/') continue
    depth += two === '/*' ? 1 : -1
    offset += 1
    if (depth === 0) return offset + 1
  }
  throw new SqlTextError('a comment does not end')
}

/** Where what begins here ends, when it is something in which no word and no semicolon counts. */
function endOfSpan(text: string, offset: number): number | undefined {
  if (text.startsWith('/*', offset)) return endOfComment(text, offset)
  const tag = matchAt(/\$(?:[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_\u0080-\uFFFF]*)?\$/y, text, offset)
  if (tag !== undefined) {
    const end = text.indexOf(tag, offset + tag.length)
    if (end === -1) throw new SqlTextError('a string in dollar quotes does not end')
    return end + tag.length
  }
  for (const [start, whole, name] of spans) {
    if (matchAt(start, text, offset) === undefined) continue
    const found = matchAt(whole, text, offset)
    if (found === undefined) throw new SqlTextError(`${name} does not end`)
    return offset + found.length
  }
  return undefined
}

/**
 * Whether a statement defines a function or procedure, whose body may hold statements of its own (`BEGIN ATOMIC …
 * END`).
 */
function definesRoutine(words: readonly string[]): boolean {
  const [create, second, third, fourth] = words
  if (create !== 'CREATE') return false
  const kind = second === 'OR' && third === 'REPLACE' ? fourth : second
  return kind === 'FUNCTION' || kind === 'PROCEDURE'
}

/**
 * Takes a text of SQL apart where the server would (PostgreSQL manual, 4.1 Lexical Structure; parentheses and routine
 * bodies as psql does). Strings are read with `standard_conforming_strings` on, its default.
 *
 * @throws SqlTextError for a backslash where SQL has none (a psql command), and for what does not end
 */
export function statementsOf(text: string): readonly SqlStatement[] {
  const statements: SqlStatement[] = []
  let words: string[] = []
  let hasContent = false
  let parentheses = 0
  let blocks = 0
  const finish = (): void => {
    if (hasContent) statements.push({ words })
    words = []
    hasContent = false
    parentheses = 0
    blocks = 0
  }
  const note = (word: string): void => {
    if (words.length < mostWords) words.push(word)
    if (!definesRoutine(words)) return
    if (word === 'BEGIN' || (word === 'CASE' && blocks > 0)) blocks += 1
    if (word === 'END' && blocks > 0) blocks -= 1
  }
  for (let offset = 0; offset < text.length;) {
    const isComment = text.startsWith('--', offset) || text.startsWith('/*', offset)
    const end = endOfSpan(text, offset)
    if (end !== undefined) {
      hasContent ||= !isComment
      offset = end
      continue
    }
    const word = matchAt(/[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_$\u0080-\uFFFF]*/y, text, offset)
    if (word !== undefined) {
      note(word.toUpperCase())
      hasContent = true
      offset += word.length
      continue
    }
    const character = text.charAt(offset)
    if (character === '\\') throw new SqlTextError('it contains a backslash command, which only psql knows')
    if (character === '(') parentheses += 1
    if (character === ')') parentheses -= 1
    if (character === ';' && parentheses <= 0 && blocks === 0) finish()
    else if (!/\s/.test(character)) hasContent = true
    offset += 1
  }
  finish()
  return statements
}

const endings = new Set(['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT'])

/** Why a statement cannot be part of a transaction that is ours, or `undefined` when it can. */
export function unfitFor({ words }: SqlStatement): string | undefined {
  const [first = '', second = '', third = ''] = words
  if (first === 'ROLLBACK' && (second === 'TO' || ((second === 'WORK' || second === 'TRANSACTION') && third === 'TO')))
    return undefined
  if (first === 'PREPARE' && second === 'TRANSACTION')
    return 'PREPARE TRANSACTION would end the transaction of the step'
  if (endings.has(first)) return `${first} would begin or end a transaction; the step already runs in one`
  if (first === 'VACUUM') return 'VACUUM cannot run in a transaction, and the step runs in one'
  return undefined
}

/** Bytes of a file of statements. */
const largestFile = 16 * 1024 * 1024

const statement = z.strictObject({
  text: literalOf().describe('one statement, with $1, $2 … for values; it cannot contain expressions'),
  values: z
    .array(z.union([textWithoutNul(1_000_000), z.number(), z.boolean(), z.null()]))
    .max(1000)
    .default([])
    .describe('the values for $1, $2 …'),
})

export const sqlInput = z
  .strictObject({
    database: credential().describe('connection URL as asyncpg reads it, with user and password'),
    driver: postgresDriver(),
    'service-home': serviceHome(),
    statements: z.array(statement).min(1).max(1000).optional().describe('the statements, run in this order'),
    file: pathText().optional().describe('a file of statements, which run unchanged'),
    'read-only': z.boolean().default(false).describe('the transaction cannot write'),
    'lock-timeout': durationInput()
      .optional()
      .describe('maximum time that a statement waits for a lock [default: the time limit of the step]'),
    'trust-file': pathOrEmpty()
      .default('')
      .describe(
        'PEM file of certificates to trust with sslmode=verify-ca or verify-full, before the one the URL names',
      ),
  })
  .refine(({ statements, file }) => (statements === undefined) !== (file === undefined), {
    error: 'give statements or file',
  })

export type SqlInput = z.output<typeof sqlInput>

/** What goes to the server: a text of any number of statements, or one statement with values bound. */
export interface SqlText {
  readonly text: string
  readonly values: readonly unknown[] | undefined
}

/** @throws NotPerformedError when the text cannot be part of one transaction */
function refuseUnfit(text: string, name: string): void {
  try {
    const statements = statementsOf(text)
    if (statements.length === 0) throw new SqlTextError('it contains no statement')
    const reason = statements.map(unfitFor).find((found) => found !== undefined)
    if (reason !== undefined) throw new SqlTextError(reason)
  } catch (error) {
    if (error instanceof SqlTextError) throw new NotPerformedError(`${name}: ${error.message}`)
    throw error
  }
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file)
    if (size > largestFile) throw new Error(`it is larger than ${largestFile} bytes`)
    const bytes = await readUnlessPipe(file)
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new NotPerformedError(`${file} cannot be used: ${messageOf(error)}`)
  }
}

/**
 * What an input asks to be run. @throws NotPerformedError when it cannot be read, or cannot be part of one transaction
 */
export async function statementTexts({ statements, file }: SqlInput): Promise<readonly SqlText[]> {
  if (file !== undefined) {
    const text = await textOf(file)
    if (text.includes('\0')) throw new NotPerformedError(`${file}: it contains a NUL character`)
    refuseUnfit(text, file)
    return [{ text, values: undefined }]
  }
  return (statements ?? []).map(({ text, values }, index) => {
    refuseUnfit(text, `statements[${index}]`)
    return { text, values }
  })
}
