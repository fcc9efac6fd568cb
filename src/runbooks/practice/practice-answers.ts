import { z } from 'zod'
import { PreflightError, UsageError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import { suggestionHint } from '../../base/text/suggestion.js'
import { readParameterFile } from '../load/parameter-file.js'
import { describeThrown } from '../../base/describe-thrown.js'
import type { Gathered } from '../prepare/prepare-runbook.js'

const answerSchema = z.strictObject({
  outcome: z.enum(['done', 'failed', 'unknown', 'not-performed']).default('done'),
  facts: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
})

const answersSchema = z.record(z.string(), answerSchema)

export type Answer = z.output<typeof answerSchema>
/** By the path of a step; by `path#verify`, `path#undo`, `path#undo-verify` for the rest of it. */
export type Answers = ReadonlyMap<string, Answer>

/** Reads a file of recorded answers. @throws DefinitionsError, PreflightError (exit 3) */
export async function readAnswers(path: string): Promise<Answers> {
  const parsed = answersSchema.safeParse(await readParameterFile(path))
  if (!parsed.success)
    throw new PreflightError(
      'answers',
      exitCodes.invalid,
      `the answers in ${path} cannot be used: ${describeThrown(parsed.error)}`,
    )
  return new Map(Object.entries(parsed.data))
}

/** @throws UsageError for an answer to a step that the runbook does not have */
export function answersFor({ steps }: Gathered, answers: Answers): Answers {
  const known = new Set(steps.flatMap(({ path }) => [path, `${path}#verify`, `${path}#undo`, `${path}#undo-verify`]))
  for (const path of answers.keys()) {
    if (!known.has(path))
      throw new UsageError(`there is an answer for ${path}, and no such step`, { hint: suggestionHint(path, known) })
  }
  return answers
}
