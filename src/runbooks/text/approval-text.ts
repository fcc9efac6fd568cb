import { commandLine } from '../../base/text/shell-words.js'
import type { MadeApproval } from '../approve/approve-plan.js'

/** What was written, what it is worth, and what to do with it. */
export function approvalText({ document, file, signature }: MadeApproval): string {
  const { by, step, plan, run, digest, expires } = document
  const worth =
    signature === undefined
      ? `${commandLine([file])} is proof for a run that another user of this machine starts, as long as it stays yours and that user cannot change owners; a copy of it proves nothing.`
      : `${commandLine([file])} and its signature ${commandLine([signature])} belong beside each other, wherever they are taken.`
  const use =
    run === null ? `preflight runbook run ID --plan ${plan} --approval` : `preflight runbook resume ${run} --approval`
  return [
    `${by} approves the step ${step} of ${run === null ? 'the first run' : `the run ${run}`} of the plan ${plan}`,
    `and what follows it (${digest}), once, until ${expires}.`,
    worth,
    `  ${use} ${commandLine([file])}`,
    '',
  ].join('\n')
}
