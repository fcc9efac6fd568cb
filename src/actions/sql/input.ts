import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { messageOf } from '../../kernel/errors.js'
import { readUnlessPipe } from '../../kernel/pipes.js'
import { credential } from '../../model/credential.js'
import { postgresDriver, serviceHome } from '../../model/driver-input.js'
import { literal } from '../../model/literal.js'
import { pathText } from '../../model/path-text.js'
import { NotPerformedError } from '../../model/runbook/step-kind.js'
import { durationInput } from '../../wire/duration-input.js'
import { plainText } from '../effect/plain-text.js'
import { SqlTextError, statementsOf, unfitFor } from './statements.js'

/** Bytes of a file of statements. */
const largestFile = 16 * 1024 * 1024

const statement = z.strictObject({
  text: literal().describe('one statement, with $1, $2 … where values belong; no expression can stand in it'),
  values: z
    .array(z.union([plainText(1_000_000), z.number(), z.boolean(), z.null()]))
    .max(1000)
    .default([])
    .describe('what is bound to $1, $2 …'),
})

export const sqlInput = z
  .strictObject({
    database: credential().describe('connection URL as asyncpg reads it, with user and password'),
    driver: postgresDriver(),
    'service-home': serviceHome(),
    statements: z.array(statement).min(1).max(1000).optional().describe('what is run, in this order'),
    file: pathText().optional().describe('a file of statements, which run as they stand; a relative path starts from the folder preflight runs in'),
    'read-only': z.boolean().default(false).describe('the transaction cannot write'),
    'lock-timeout': durationInput().optional().describe('how long a statement waits for a lock; else as long as the step may take'),
    'trust-file': plainText(4096).default('').describe('PEM file of certificates to trust with sslmode=verify-ca or verify-full, before the one the URL names'),
  })
  .refine(({ statements, file }) => (statements === undefined) !== (file === undefined), { error: 'give statements or file' })

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
    if (statements.length === 0) throw new SqlTextError('it holds no statement')
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

/** What an input asks to be run. @throws NotPerformedError when it cannot be read, or cannot be part of one transaction */
export async function textsOf({ statements, file }: SqlInput): Promise<readonly SqlText[]> {
  if (file !== undefined) {
    const text = await textOf(file)
    if (text.includes('\0')) throw new NotPerformedError(`${file}: it holds a NUL character`)
    refuseUnfit(text, file)
    return [{ text, values: undefined }]
  }
  return (statements ?? []).map(({ text, values }, index) => {
    refuseUnfit(text, `statements[${index}]`)
    return { text, values }
  })
}
