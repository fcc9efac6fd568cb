import type { PlannedStep, RunbookPlanDocument, StepApproval } from '../plan/runbook-plan.js'
import type { RunFold } from '../record/run-record.js'
import type { PreparedRunbook } from '../prepare/prepare-runbook.js'
import type { Journal } from '../record/journal-file.js'
import type { StepRecord } from '../record/step-record.js'

/**
 * Asks, before the first step with an effect behind an approval, whether what was approved is still what is there:
 * hours may lie between them. Behind that step it is not asked: files may be what this run made of them.
 *
 * @returns what has changed, and who approved it
 */
export async function changedSinceApproval(
  { gathered, fold }: { readonly gathered: PreparedRunbook; readonly fold: RunFold },
  { path }: PlannedStep,
): Promise<string | undefined> {
  const { plan, planNow } = gathered
  const approving = plan.steps.findLast(
    (step) => step.approval?.covers.includes(path) === true && typeof fold.step(step.path).facts['digest'] === 'string',
  )
  if (approving === undefined) return undefined
  const covers = approving.approval!.covers
  if (covers.slice(0, covers.indexOf(path)).some((before) => fold.step(before).mayHaveEffect)) return undefined
  const now = await planNow()
  if (
    now.steps.find((step) => step.path === approving.path)?.approval?.digest ===
    fold.step(approving.path).facts['digest']
  )
    return undefined
  const digests = new Map(plan.files.map((file) => [file.path, file.sha256]))
  const changed = now.files.filter((file) => digests.get(file.path) !== file.sha256).map((file) => file.path)
  return `what ${approving.path} approved has changed since then${changed.length === 0 ? '' : `: ${changed.join(', ')}`}; resume the run to have it approved again`
}

const over: ReadonlySet<StepRecord['state']> = new Set<StepRecord['state']>(['done', 'verified', 'skipped'])

/**
 * Of a run that goes on: an approval counts for what was approved. Where that has changed since and some of it is still
 * to come, the step has to be approved again; the journal says so.
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
        ? `what ${path} approved has changed since then (${digest}, now ${approval.digest}): it must be approved again`
        : `an earlier version of preflight recorded the approval of ${path} without what was approved: it must be approved again`
    warn(reason)
    fold.apply(await journal.append({ type: 'approval-lapsed', step: path, reason }))
  }
}

/** It was approved, and some of what it covers is still to come. */
function isStillNeeded(fold: RunFold, path: string, { covers }: StepApproval): boolean {
  const isApproved = fold.step(path).state === 'done' || fold.step(path).state === 'verified'
  return isApproved && fold.record.direction === 'forward' && covers.some((each) => !over.has(fold.step(each).state))
}
