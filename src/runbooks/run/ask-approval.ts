import { createHash } from 'node:crypto'
import { messageOf } from '../../base/errors.js'
import { UnansweredError } from '../../engine/person.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import type { PreparedStep } from './carry-out.js'
import type { RunInProgress } from './run-in-progress.js'

/**
 * Asks for a step that needs an approval, unless exactly this was approved already: a flag or a typed confirmation, and
 * nothing else will do.
 *
 * @returns why it is not approved; `undefined` when it is
 */
export async function whyUnapproved(
  run: RunInProgress,
  step: PlannedStep,
  prepared: PreparedStep,
): Promise<string | undefined> {
  const { path, definition } = step
  const { approved, person, operator, redact, signal } = run.request
  const digest = digestOf(run, step, prepared)
  if (run.step(path).approvedDigest === digest) return undefined
  if (approved.has(path)) {
    await run.record({ type: 'step-approved', step: path, how: 'flag', operator, digest })
    return undefined
  }
  const { intro, lines, otherwise, refused } = wordsFor(run, step, prepared)
  const explain = [`${path}: ${definition.title}`, intro, ...lines.map((line) => `  ${redact.text(line)}`)].join('\n')
  try {
    const typed = await person.type(
      { ask: `type ${path} to continue, anything else to ${otherwise}`, explain },
      path,
      signal,
    )
    if (typed !== path) return refused
    await run.record({ type: 'step-approved', step: path, how: 'typed', operator, digest })
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof UnansweredError)) throw thrown
    return `${refused}: ${messageOf(thrown)}; give --approve ${path} to approve it in advance`
  }
}

interface Words {
  readonly intro: string
  readonly lines: readonly string[]
  /** What happens without the approval. */
  readonly otherwise: string
  readonly refused: string
}

function wordsFor(run: RunInProgress, { path, definition }: PlannedStep, { description }: PreparedStep): Words {
  if (definition.destructive)
    return {
      intro: 'This step is destructive. It would do:',
      lines: description.lines,
      otherwise: 'stop',
      refused: `${path} is destructive and was not approved`,
    }
  const steps = run.request.steps.filter((step) => step.path.startsWith(`${path}/`) && step.isAfterUndo !== true)
  return {
    intro: `This item runs ${definition.includes}:`,
    lines: steps.map((step) => `${step.path}  ${step.definition.title}`),
    otherwise: 'leave it open',
    refused: `${definition.includes} was not approved, so it was not run`,
  }
}

/**
 * sha256 of what a person approves: the runbook as it is written, the parameters, and the action as it would be carried
 * out.
 */
function digestOf(run: RunInProgress, { path, frame }: PlannedStep, { description }: PreparedStep): string {
  const { parameters } = run.request.fold.record.started
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([frame.runbook.digest, path, parameters, description]))
    .digest('hex')}`
}
