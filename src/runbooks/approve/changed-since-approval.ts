import type { PlannedStep } from '../plan/runbook-plan.js'
import type { RunFold } from '../record/run-record.js'
import type { Gathered } from '../prepare/prepare-runbook.js'

/**
 * Asks, before the first step with an effect behind an approval, whether what was approved is still what is there:
 * hours may lie
 * between them. Behind that step it is not asked: files may be what this run made of them.
 *
 * @returns what has changed, and who approved it
 */
export async function changedSinceApproval(
  { gathered, fold }: { readonly gathered: Gathered; readonly fold: RunFold },
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
  return `what ${approving.path} approved has changed since${changed.length === 0 ? '' : `: ${changed.join(', ')}`}; resume the run to have it approved again`
}
