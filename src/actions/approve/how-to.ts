import type { ActionContext } from '../../model/runbook/step-kind.js'

/** How somebody approves a step of this run: the commands as they stand. */
export function howToApprove({ run, step }: ActionContext, digest: string): string {
  const approve = `preflight runbook approve ${run.id} --plan ${run.planHash} --step ${step.path} --digest ${digest} --output FILE --sign KEY`
  return `the approver makes one with \`${approve}\` (or without --sign, as another user of this machine); then go on with \`preflight runbook resume ${run.id} --approval FILE\``
}
