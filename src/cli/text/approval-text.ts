import { commandLine } from '../../kernel/shell-words.js'
import type { MadeApproval } from '../../app/runbook/approve-plan.js'

/** What was written, what it is worth, and what to do with it. */
export function approvalText({ document, file, signature }: MadeApproval): string {
  const { by, step, plan, expires } = document
  const worth =
    signature === undefined
      ? `${commandLine([file])} is proof for a run that another user of this machine starts, as long as it stays yours; a copy of it proves nothing.`
      : `${commandLine([file])} and its signature ${commandLine([signature])} belong beside each other, wherever they are taken.`
  return [`${by} approves the step ${step} of the plan ${plan}`, `until ${expires}.`, worth, `  preflight runbook run ID --plan ${plan} --approval ${commandLine([file])}`, ''].join('\n')
}
