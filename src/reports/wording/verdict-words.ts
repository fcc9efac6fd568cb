import { exitCodes } from '../../base/exit-codes.js'
import { coverageOf } from '../../checks/result/coverage.js'
import type { ResultDocument } from '../../checks/result/report.js'

/**
 * The verdict in words that are the same in every format. A go for a part is never called a go; what is whole, a lock
 * says where there is one.
 */
export interface VerdictWords {
  readonly kind: 'go' | 'part' | 'no-go' | 'incomplete'
  readonly headline: string
  /** `exit 1`; empty while a run has no exit code. */
  readonly exit: string
  /** Why, in a sentence without a full stop; empty for a plain go. */
  readonly reason: string
}

/** What an exit code means here, for those that are no plain go. */
const reasons: Readonly<Record<number, string>> = {
  [exitCodes.failed]: 'at least one check failed',
  [exitCodes.invalid]: 'nothing was observed',
  [exitCodes.notEvaluated]: 'nothing failed, but not everything could be evaluated',
  [exitCodes.warned]: 'warnings count (--fail-on-warn)',
  [exitCodes.internal]: 'the counts do not add up: this is a defect of preflight',
}

export function verdictWords({ counts, diagnostics, exitCode, run, state, verdict }: ResultDocument): VerdictWords {
  const exit = exitCode === null ? '' : `exit ${exitCode}`
  if (state === 'incomplete' || verdict === null || exitCode === null)
    return { kind: 'incomplete', headline: 'INCOMPLETE', exit, reason: 'the run did not end, and proves nothing' }
  if (verdict === 'no-go') {
    const problems =
      diagnostics === undefined
        ? reasons[exitCode]
        : `nothing ran: ${diagnostics.length} ${diagnostics.length === 1 ? 'problem' : 'problems'} to mend first`
    const isTooLittle = exitCode === exitCodes.invalid && counts.selected > counts.notApplicable
    return {
      kind: 'no-go',
      headline: 'NO-GO',
      exit,
      reason:
        diagnostics === undefined && isTooLittle
          ? 'fewer checks were observed than --min-checks asks for'
          : (problems ?? ''),
    }
  }
  const coverage = coverageOf({ lock: run.lock, counts })
  const away = counts.elsewhere ?? 0
  if (away > 0)
    return {
      kind: 'part',
      headline: 'GO FOR A PART ONLY',
      exit,
      reason: `${away} of ${counts.declared} checks can only be judged on another host; this is no go for a release`,
    }
  const left = counts.deselected === 0 ? undefined : `${counts.deselected} of ${counts.declared} checks did not run`
  if (coverage === 'part')
    return {
      kind: 'part',
      headline: 'GO FOR A PART ONLY',
      exit,
      reason: `${left ?? 'this is not the locked selection'}; this is no go for a release`,
    }
  return { kind: 'go', headline: 'GO', exit, reason: left === undefined ? '' : `${left}: they are not in the lock` }
}

/** `NO-GO (exit 1): at least one check failed`. */
export function verdictSentence(document: ResultDocument): string {
  const { headline, exit, reason } = verdictWords(document)
  return `${headline}${exit === '' ? '' : ` (${exit})`}${reason === '' ? '' : `: ${reason}`}`
}
