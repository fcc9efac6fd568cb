import { createHash } from 'node:crypto'
import { messageOf } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import { UnansweredError } from '../../engine/person.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import type { Prepared } from './carry-out.js'
import type { RunInProgress } from './run-in-progress.js'

/**
 * Asks for a destructive step, unless exactly this was approved already: a flag or a typed confirmation, and nothing
 * else will do.
 * Without one the run ends here.
 */
export async function isStepApproved(run: RunInProgress, step: PlannedStep, prepared: Prepared): Promise<boolean> {
  const { path, definition } = step
  const { approved, person, operator, onAsking, redact, signal } = run.request
  const digest = digestOf(run, step, prepared)
  if (run.step(path).approvedDigest === digest) return true
  if (approved.has(path)) {
    await run.record({ type: 'step-approved', step: path, how: 'flag', operator, digest })
    return true
  }
  const explain = [
    `${path}: ${definition.title}`,
    'This step is destructive. It would do:',
    ...prepared.description.lines.map((line) => `  ${redact.text(line)}`),
  ].join('\n')
  onAsking?.(path, true)
  try {
    const typed = await person.type({ ask: `type ${path} to go on, anything else to stop`, explain }, path, signal)
    if (typed === path) {
      await run.record({ type: 'step-approved', step: path, how: 'typed', operator, digest })
      return true
    }
    await run.end('cancelled', exitCodes.runCancelled, `${path} is destructive and was not approved`)
  } catch (thrown) {
    if (!(thrown instanceof UnansweredError)) throw thrown
    if (run.isInterrupted) return await run.endInterrupted()
    await run.end(
      'cancelled',
      exitCodes.runCancelled,
      `${path} is destructive and was not approved: ${messageOf(thrown)}; give --approve ${path} to approve it beforehand`,
    )
  } finally {
    onAsking?.(path, false)
  }
  return false
}

/**
 * sha256 of what a person approves: the runbook as it is written, the parameters, and the action as it would be carried
 * out.
 */
function digestOf(run: RunInProgress, { path, frame }: PlannedStep, { description }: Prepared): string {
  const { parameters } = run.request.fold.record.started
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([frame.runbook.digest, path, parameters, description]))
    .digest('hex')}`
}
