import type { RequirementDefinition } from '../definition/requirement-definition.js'
import type { PlannedStep, StepFrame } from '../plan/runbook-plan.js'

/** A requirement of a runbook in its place in a run. */
export interface PlannedRequirement {
  readonly definition: RequirementDefinition
  readonly frame: StepFrame
  /** A step of its runbook: what its expressions see is what that step sees. */
  readonly step: PlannedStep
  /** Paths of the steps that need it; empty where all of its runbook do. */
  readonly neededBy: readonly string[]
  /** It is unknown before the run whether its runbook is carried out: it is judged when that is reached. */
  readonly isConditional: boolean
}

/** What a run requires: what its runbook does, and those that it includes. */
export function plannedRequirements(steps: readonly PlannedStep[]): readonly PlannedRequirement[] {
  const byPath = new Map(steps.map((step) => [step.path, step]))
  const first = new Map<StepFrame, PlannedStep>()
  for (const step of steps) if (!first.has(step.frame)) first.set(step.frame, step)
  return [...first].flatMap(([frame, step]) =>
    frame.runbook.requires.map((definition) => ({
      definition,
      frame,
      step,
      neededBy: definition.neededBy.map((id) => pathIn(frame, id)),
      isConditional: isConditional(frame, byPath),
    })),
  )
}

function pathIn({ path }: StepFrame, id: string): string {
  return path === '' ? id : `${path}/${id}`
}

/** The steps that need it. */
export function stepsNeeding(
  { frame, neededBy }: PlannedRequirement,
  steps: readonly PlannedStep[],
): readonly PlannedStep[] {
  const isIn = (path: string, head: string): boolean => path === head || path.startsWith(`${head}/`)
  const within = frame.path === '' ? steps : steps.filter(({ path }) => path.startsWith(`${frame.path}/`))
  return neededBy.length === 0 ? within : within.filter(({ path }) => neededBy.some((head) => isIn(path, head)))
}

/** Whether something decides in the run if the steps of a runbook are carried out. */
function isConditional({ parent, path }: StepFrame, byPath: ReadonlyMap<string, PlannedStep>): boolean {
  if (parent === undefined) return false
  const { definition, groups } = byPath.get(path)!
  const isDecided = (head: string): boolean => byPath.get(head)!.definition.when !== undefined
  return (
    definition.when !== undefined || groups.some((group) => group.alternative !== undefined || isDecided(group.path))
  )
}
