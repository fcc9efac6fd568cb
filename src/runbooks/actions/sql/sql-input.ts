import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { messageOf } from '../../../base/errors.js'
import { readUnlessPipe } from '../../../base/files/pipes.js'
import { credential, postgresDriver, serviceHome, durationInput } from '../../../net/credential.js'
import { literalOf } from '../../../base/vocabulary.js'
import { pathOrEmpty, pathText, textWithoutNul } from '../../../base/text/terminal-text.js'
import { NotPerformedError, type WrittenProblem } from '../../definition/step-kind.js'
import { SqlTextError, statementsOf, type SqlStatement } from './statements.js'
import { unfitFor } from './transaction-rules.js'

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
    transaction: z
      .boolean()
      .default(true)
      .describe(
        'run all statements in one transaction. With false each takes effect by itself, for commands that cannot run in a transaction, such as CREATE INDEX CONCURRENTLY: those before a failure stay',
      ),
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
  .refine((input) => input.transaction || !input['read-only'], {
    error: 'only a transaction can be read-only: leave out transaction: false, or read-only',
  })

export type SqlInput = z.output<typeof sqlInput>

/** What goes to the server: a text of any number of statements, or one statement with values bound. */
export interface SqlText {
  readonly text: string
  readonly values: readonly unknown[] | undefined
}

/** What is written, as far as it is known before the run. */
interface WrittenSql {
  readonly transaction?: unknown
  readonly statements?: unknown
}

/** Statements that are written out and that the step could not send, each with what to write instead. */
export function unfitStatements(written: WrittenSql): readonly WrittenProblem[] {
  const { statements } = written
  if (!Array.isArray(statements)) return []
  return statements.flatMap((statement: unknown, index): WrittenProblem[] => {
    const text = typeof statement === 'object' && statement !== null && 'text' in statement ? statement.text : undefined
    const reason = typeof text === 'string' ? reasonAgainst(text, written.transaction !== false) : undefined
    return reason === undefined ? [] : [{ path: ['statements', index, 'text'], message: reason }]
  })
}

/** Why a text cannot be sent; `undefined` when it can. */
function reasonAgainst(text: string, isInTransaction: boolean): string | undefined {
  try {
    const statements = statementsOf(text)
    if (statements.length === 0) return 'it contains no statement'
    return statements.map((statement) => unfitFor(statement, isInTransaction)).find((found) => found !== undefined)
  } catch (error) {
    if (error instanceof SqlTextError) return error.message
    throw error
  }
}

function refuseUnfit(text: string, name: string, isInTransaction: boolean): void {
  const reason = reasonAgainst(text, isInTransaction)
  if (reason !== undefined) throw new NotPerformedError(`${name}: ${reason}`)
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

/** What an input asks to be run. @throws NotPerformedError when it cannot be read, or cannot be sent */
export async function statementTexts({ statements, file, transaction }: SqlInput): Promise<readonly SqlText[]> {
  if (file !== undefined) {
    const text = await textOf(file)
    if (text.includes('\0')) throw new NotPerformedError(`${file}: it contains a NUL character`)
    refuseUnfit(text, file, transaction)
    // As one text the server would run them in a transaction of its own.
    return transaction ? [{ text, values: undefined }] : statementsOf(text).map(alone)
  }
  return (statements ?? []).map(({ text, values }, index) => {
    refuseUnfit(text, `statements[${index}]`, transaction)
    return { text, values }
  })
}

const alone = ({ text }: SqlStatement): SqlText => ({ text, values: undefined })
