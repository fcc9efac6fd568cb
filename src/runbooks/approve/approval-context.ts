import { dirname } from 'node:path'
import type { ApprovalContext } from '../definition/step-kind.js'
import type { RunFold } from '../record/run-record.js'
import { useApproval } from './approval-uses.js'
import type { Gathered } from '../prepare/prepare-runbook.js'

/** What an approve step of a run needs of it. */
export function approvalContext(
  run: { readonly gathered: Gathered; readonly fold: RunFold; readonly folder: string },
  path: string,
): ApprovalContext {
  const { gathered, fold, folder } = run
  return {
    async digest() {
      const { steps } = await gathered.planNow()
      const approval = steps.find((step) => step.path === path)?.approval
      if (!approval) throw new Error(`${path} is not an approve step`)
      return approval.digest
    },
    // A run's folder lies in `runs`, in the state folder.
    use: (document) =>
      useApproval(document, { run: fold.record.started.run, step: path, folder, state: dirname(dirname(folder)) }),
  }
}
