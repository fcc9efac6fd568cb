import type { CheckResult, ResultDocument } from '../checks/result/report.js'
import { greenStatuses } from '../base/vocabulary.js'
import type { Failure } from './incident.js'
import { changedFacts, isShortChange } from '../checks/result/result-difference/changed-facts.js'

/** What is known of a red check from an earlier result. */
export type Since = Pick<Failure, 'since' | 'changes'>

const manyChanges = 20

/**
 * Compares a red check with the last good result. Facts that differ in every run (times, ports, ids) differ here too:
 * they are told as they are.
 */
export function sinceLastGood(check: CheckResult, lastGood: ResultDocument | undefined): Since {
  const before = lastGood?.checks.find(({ id }) => id === check.id)
  if (lastGood === undefined || before === undefined || !greenStatuses.has(before.status))
    return { since: null, changes: [] }
  return {
    since: lastGood.run.finishedAt,
    changes: changedFacts(before.facts, check.facts).filter(isShortChange).slice(0, manyChanges),
  }
}
