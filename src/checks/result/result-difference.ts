import { coverageOf, type Coverage } from './coverage.js'
import type { ResultDocument } from './report.js'
import {
  byId,
  checkDifferences,
  type CheckDifference,
  circumstances,
  type Circumstance,
} from './result-difference/check-difference.js'
import {
  factDifferences,
  secretDifferences,
  type FactDifference,
  type SecretDifference,
} from './result-difference/fact-differences.js'

/** One of the two runs. */
export interface ComparedRun extends Pick<ResultDocument, 'state' | 'verdict' | 'exitCode'> {
  readonly id: string
  readonly startedAt: string
  readonly coverage: Coverage
}

export interface SlowerCheck {
  /** `null` for the run as a whole. */
  readonly id: string | null
  /** Milliseconds. */
  readonly from: number
  readonly to: number
}

export interface ResultDifference {
  readonly before: ComparedRun
  readonly after: ComparedRun
  /** The verdict is worse, or a check is newly red or is not run any more. */
  readonly isWorse: boolean
  readonly isVerdictWorse: boolean
  readonly circumstances: readonly Circumstance[]
  readonly checks: readonly CheckDifference[]
  readonly facts: readonly FactDifference[]
  readonly secrets: readonly SecretDifference[]
  readonly slower: readonly SlowerCheck[]
}

/** Milliseconds by which something must be slower at least: below, the machine is what is measured. */
const slowerFloor = 500

/**
 * What differs between two results, the earlier one first. Pure.
 *
 * @param factor how many times as long something must take to be reported
 */
export function differenceOfResults(before: ResultDocument, after: ResultDocument, factor: number): ResultDifference {
  const checks = checkDifferences(before, after)
  const [was, is] = [comparedRun(before), comparedRun(after)]
  const isVerdictWorse = rank(is) > rank(was)
  return {
    before: was,
    after: is,
    isWorse: isVerdictWorse || checks.some((check) => check.isWorse),
    isVerdictWorse,
    circumstances: circumstances(before, after),
    checks,
    facts: factDifferences(before, after),
    secrets: secretDifferences(before, after),
    slower: slowerChecks(before, after, factor),
  }
}

function comparedRun({ run, state, verdict, exitCode, counts }: ResultDocument): ComparedRun {
  return {
    id: run.id,
    startedAt: run.startedAt,
    state,
    verdict,
    exitCode,
    coverage: coverageOf({ lock: run.lock, counts }),
  }
}

/** A go of the whole, a go of a part, a no-go, nothing at all. */
function rank({ state, verdict, coverage }: ComparedRun): number {
  if (state === 'incomplete' || verdict === null) return 3
  if (verdict === 'no-go') return 2
  return coverage === 'part' ? 1 : 0
}

/** Only what was observed both times: one that timed out took as long as it was allowed to. */
function slowerChecks(before: ResultDocument, after: ResultDocument, factor: number): readonly SlowerCheck[] {
  const earlier = byId(before)
  const pairs = after.checks.flatMap((check): SlowerCheck[] => {
    const other = earlier.get(check.id)
    const isObserved = [check, other].every(
      (each) => each !== undefined && each.attempts > 0 && each.status !== 'timeout',
    )
    return other !== undefined && isObserved ? [{ id: check.id, from: other.durationMs, to: check.durationMs }] : []
  })
  const [from, to] = [before.run.durationMs, after.run.durationMs]
  const isWhole = before.state === 'complete' && after.state === 'complete' && from !== null && to !== null
  const all = [...(isWhole ? [{ id: null, from, to }] : []), ...pairs]
  return all.filter((pair) => pair.to >= pair.from * factor && pair.to - pair.from >= slowerFloor)
}
