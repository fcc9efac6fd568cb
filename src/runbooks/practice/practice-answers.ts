import { z } from 'zod'
import { describeThrown } from '../../base/describe-thrown.js'
import { PreflightError, UsageError, exitCodes } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/wording.js'
import { readParameterFile } from '../load/parameter-value.js'
import type { PreparedRunbook } from '../prepare/prepare-runbook.js'
import { needsApproval } from '../definition/runbook-definition.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import { requirementAnswers } from './practised-requirements.js'
import type { RunRecord } from '../record/run-record.js'

const answerSchema = z.strictObject({
  outcome: z.enum(['done', 'failed', 'unknown', 'not-performed']).default('done'),
  facts: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
})

const answersSchema = z.record(z.string(), answerSchema)

type PracticeAnswer = z.output<typeof answerSchema>

/**
 * By the path of a step; by `path#verify`, `path#undo`, `path#undo-verify` for the rest of it; by `#requires` for what
 * the runbook requires, and by `path#requires` for what one does that a step includes.
 */
export type Answers = ReadonlyMap<string, PracticeAnswer>

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
export function answersFor(prepared: PreparedRunbook, answers: Answers): Answers {
  const ofSteps = prepared.steps.flatMap(({ path }) => [path, `${path}#verify`, `${path}#undo`, `${path}#undo-verify`])
  const known = new Set([...ofSteps, ...requirementAnswers(prepared)])
  for (const path of answers.keys()) {
    if (!known.has(path))
      throw new UsageError(`there is an answer for ${path}, but no such step`, { hint: suggestionHint(path, known) })
  }
  return answers
}

/** What a practice exercised, of what there is to exercise. */
export interface PracticeScore {
  readonly undone: readonly string[]
  /** Steps whose undo was not tried. */
  readonly notUndone: readonly string[]
  /** Steps that follow an undo. */
  readonly followed: readonly string[]
  readonly notFollowed: readonly string[]
  /**
   * Steps at which somebody or something had to decide: a choice, a person, an approval, a verification, an operator's
   * word.
   */
  readonly decided: readonly string[]
  readonly notDecided: readonly string[]
}

/** Scores a run by its record. Pure. */
export function scoreOf(record: RunRecord, steps: readonly PlannedStep[]): PracticeScore {
  const undoable = steps.filter(({ definition }) => definition.undo !== undefined).map(({ path }) => path)
  const deciding = steps.filter((step) => isDecision(step, record)).map(({ path }) => path)
  const following = steps.filter(({ isAfterUndo }) => isAfterUndo === true).map(({ path }) => path)
  const isCarriedOut = (path: string): boolean => record.steps.get(path)!.attempts > 0
  const isTried = (path: string): boolean => record.steps.get(path)!.undoAttempts > 0
  const isDecided = (path: string): boolean => {
    const { attempts, verified, approvedBy, resolved } = record.steps.get(path)!
    return attempts > 0 || verified !== null || approvedBy !== null || resolved !== null
  }
  return {
    undone: undoable.filter(isTried),
    notUndone: undoable.filter((path) => !isTried(path)),
    followed: following.filter(isCarriedOut),
    notFollowed: following.filter((path) => !isCarriedOut(path)),
    decided: deciding.filter(isDecided),
    notDecided: deciding.filter((path) => !isDecided(path)),
  }
}

function isDecision({ path, definition }: PlannedStep, record: RunRecord): boolean {
  const step = record.steps.get(path)!
  return (
    step.isManual ||
    needsApproval(definition) ||
    definition.verify !== undefined ||
    definition.alternatives.length > 0 ||
    definition.when !== undefined ||
    step.resolved !== null
  )
}
