import { stateAgain } from '../../record/started-with.js'
import type { ActionContext } from '../../definition/step-kind.js'

/**
 * How somebody approves a step of this run: the commands as they stand. That by which it goes on is printed by
 * `status`, since it may name
 * what it is told a secret by, which no message of a step may look like.
 */
export function howToApprove({ run, step }: ActionContext, digest: string): string {
  const approve = `preflight runbook approve ${run.id} --plan ${run.planHash} --step ${step.path} --digest ${digest} --output FILE --sign KEY`
  const goOn =
    run.startedWith === undefined
      ? `\`preflight runbook resume ${run.id} --approval FILE\``
      : `the command that \`preflight runbook status ${run.id}${stateAgain(run.startedWith)}\` prints as next`
  return `the approver makes one with \`${approve}\` (or without --sign, as another user of this machine); then go on with ${goOn}`
}
