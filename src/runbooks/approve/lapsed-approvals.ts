import type { Journal } from '../record/journal-file.js'
import type { RunbookPlanDocument, StepApproval } from '../plan/runbook-plan.js'
import type { RunFold } from '../record/run-record.js'
import type { StepRecord } from '../record/step-record.js'

const over: ReadonlySet<StepRecord['state']> = new Set<StepRecord['state']>(['done', 'verified', 'skipped'])

/**
 * Of a run that goes on: an approval counts for what was approved. Where that has changed since and some of it is still
 * to come,
 * the step has to be approved again; the journal says so.
 *
 * @throws JournalWriteError
 */
export async function letApprovalsLapse(run: {
  readonly fold: RunFold
  readonly journal: Pick<Journal, 'append'>
  readonly plan: RunbookPlanDocument
  warn(message: string): void
}): Promise<void> {
  const { fold, journal, plan, warn } = run
  for (const { path, approval } of plan.steps) {
    if (approval === null || !isStillNeeded(fold, path, approval)) continue
    const { digest } = fold.step(path).facts
    if (digest === approval.digest) continue
    const reason =
      typeof digest === 'string'
        ? `what ${path} approved has changed since (${digest}, now ${approval.digest}): it must be approved again`
        : `an earlier version of preflight wrote down the approval of ${path} without what was approved: it must be approved again`
    warn(reason)
    fold.apply(await journal.append({ type: 'approval-lapsed', step: path, reason }))
  }
}

/** It was approved, and some of what it covers is still to come. */
function isStillNeeded(fold: RunFold, path: string, { covers }: StepApproval): boolean {
  const isApproved = fold.step(path).state === 'done' || fold.step(path).state === 'verified'
  return isApproved && fold.record.direction === 'forward' && covers.some((each) => !over.has(fold.step(each).state))
}
