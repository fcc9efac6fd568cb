import { canonicalDigest } from '../../definitions/yaml-node.js'
import type { CoveredEntry } from './covered.js'
import type { StepFrame, PlannedStep, RunbookPlanDocument, StepApproval } from './runbook-plan.js'

/**
 * A step in its plan: as it is written, as it would be carried out, and the files and programs that it names, with
 * their digests.
 */
interface StepInPlan {
  readonly planned: PlannedStep
  readonly described: Omit<RunbookPlanDocument['steps'][number], 'approval'>
  readonly files: RunbookPlanDocument['files']
  readonly programs: readonly CoveredEntry[]
}

/** What all steps of a plan are based on. */
type PlanContext = Pick<RunbookPlanDocument, 'runbook' | 'target' | 'parameters' | 'checksDigest'> & {
  readonly parameterFiles: RunbookPlanDocument['files']
}

/**
 * What each approve step of a plan approves: everything that follows it, up to the next approve step that is sure to be
 * asked; what would run after an undo is in the digest as well. The digest covers the runbooks of these steps as they
 * are written, all parameters (secret ones by their fingerprints), and each action as it would be carried out, with the
 * content of the files that it names and of the programs that it starts. What earlier steps have yet to find out counts
 * as it is written.
 *
 * @returns by the path of the approve step
 */
export function stepApprovals(steps: readonly StepInPlan[], context: PlanContext): ReadonlyMap<string, StepApproval> {
  const approvals = new Map<string, StepApproval>()
  for (const [index, step] of steps.entries()) {
    if (step.planned.definition.action.kind !== 'approve') continue
    const following = steps.slice(index + 1)
    const next = following.findIndex(({ planned }) => isSureToAsk(planned, step.planned))
    const covered = next === -1 ? following : following.slice(0, next)
    const definitions = Object.fromEntries(
      [step, ...covered]
        .flatMap(({ planned }) => framesOf(planned.frame))
        .map(({ runbook }) => [runbook.id, runbook.digest]),
    )
    const actions = [step, ...covered].map(({ described, files, programs }) => ({ ...described, files, programs }))
    const digest = `sha256:${canonicalDigest({ version: 1, context, definitions, actions })}`
    approvals.set(step.planned.path, {
      digest,
      covers: covered.flatMap(({ planned }) => (planned.isAfterUndo === true ? [] : planned.path)),
    })
  }
  return approvals
}

/**
 * Whether a later approve step is asked whenever this one is: it has no condition, and no group that this one is not
 * in.
 */
function isSureToAsk({ definition, groups }: PlannedStep, { groups: around }: PlannedStep): boolean {
  const isAround = (path: string, alternative: string | undefined): boolean =>
    around.some((group) => group.path === path && group.alternative === alternative)
  return (
    definition.action.kind === 'approve' &&
    definition.when === undefined &&
    groups.every(({ path, alternative }) => isAround(path, alternative))
  )
}

function framesOf(frame: StepFrame): readonly StepFrame[] {
  return frame.parent === undefined ? [frame] : [frame, ...framesOf(frame.parent)]
}
