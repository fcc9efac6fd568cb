import { judge } from '../../engine/judge.js'
import type { Facts } from '../../engine/plain-facts.js'
import type { Operation, RunbookScope } from '../definition/runbook-definition.js'
import type { StepKind } from '../definition/step-kind.js'

/** What a step's guard and expectations say of its facts. */
export interface StepJudgement {
  readonly status: 'pass' | 'fail' | 'error'
  /** What was found instead of what was expected, its first line the summary; empty for a pass. */
  readonly message: string
  /** The guard saw a problem that could be classified: a refused connection, a wrong password. */
  readonly isProblem?: boolean
}

/**
 * Judges facts. Pure. Where the guard does not hold a problem was found, which is not a failure of what is expected: a
 * verification that found a problem cannot tell.
 *
 * @param kind its explanation follows what did not hold, and says it where the kind's own expectation did not
 */
export function judgeStep(
  { guard, expect }: Pick<Operation, 'guard' | 'expect'>,
  facts: Facts,
  scope: RunbookScope,
  kind?: Pick<StepKind, 'expect' | 'explain'>,
): StepJudgement {
  const judging = { scope, visibility: undefined }
  const problem = guard === undefined ? undefined : judge([guard], facts, judging)
  if (problem !== undefined && problem.status !== 'pass')
    return { status: 'error', message: problem.message, isProblem: problem.status === 'fail' }
  const judgement = judge(expect, facts, { ...judging, isIndependent: true })
  if (judgement.status === 'pass') return { status: 'pass', message: '' }
  const { status, message, problems, failedExpectations } = judgement
  const explanation = failedExpectations.length === 0 ? undefined : kind?.explain?.(facts)
  if (explanation === undefined) return { status, message }
  const defaults = expect.filter((each) => each.message === undefined && kind?.expect.includes(each.that.source))
  const worded = failedExpectations.filter((failed) => !defaults.some(({ that }) => that.source === failed.that))
  const found = [...problems, ...worded.map((failed) => failed.message)].join('; ')
  return { status, message: [found, explanation].filter((text) => text !== '').join('\n') }
}
