import type { RunbookScope } from '../definition/runbook-definition.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import type { JournalEventOf } from '../record/journal.js'
import type { RunFold, RunRecord } from '../record/run-record.js'
import { nextMove } from '../run/decision.js'
import type { Look } from './look-at.js'
import { plannedRequirements, stepsNeeding, type PlannedRequirement } from './planned-requirements.js'
import { identityOf, requirementIn, unusableRequirement, type Requirement } from './requirement.js'

/** A requirement as it was found, for the journal. */
export type JudgedRequirement = JournalEventOf<'requirements-judged'>['requirements'][number]

/** Looks at all of them: really, or in practice. @param before path of the step that is reached; empty at the start */
export type LookAtRequirements = (requirements: readonly Requirement[], before: string) => Promise<readonly Look[]>

interface RequirementsRun {
  readonly steps: readonly PlannedStep[]
  readonly fold: RunFold
  readonly scopeOf: (step: PlannedStep, record: RunRecord) => RunbookScope
  readonly look: LookAtRequirements
}

/**
 * Judges what a run requires: at its start, and again where it goes on, what is needed by the steps that are still to
 * come; of a runbook that the run may or may not carry out, when its step is reached.
 *
 * A step that may have had its effect asks for nothing any more: it may have used up itself what it needed.
 */
export function requirementsOfRun(run: RequirementsRun): (before?: string) => Promise<readonly JudgedRequirement[]> {
  const { steps, fold, scopeOf, look } = run
  const planned = plannedRequirements(steps)
  const open = new Set(planned)
  const isReached = ({ frame }: PlannedRequirement): boolean => fold.step(frame.path).state === 'done'
  return async (before) => {
    const { record } = fold
    const wanted = new Map<string, { readonly requirement: Requirement; readonly neededBy: Set<string> }>()
    for (const each of open) {
      if (before === undefined ? each.isConditional && !isReached(each) : each.frame.path !== before) continue
      // A later step of an included runbook may still find out what it is given.
      const mayWait = before === undefined && each.frame.parent !== undefined && !isReached(each)
      const requirement = readIn(each, scopeOf(each.step, record), mayWait)
      if (requirement === 'not-yet') continue
      open.delete(each)
      if (requirement === undefined || !isStillNeeded(each, steps, record)) continue
      const key = identityOf(requirement)
      const known = wanted.get(key) ?? { requirement, neededBy: new Set<string>() }
      wanted.set(key, known)
      for (const path of dependentSteps(each)) known.neededBy.add(path)
    }
    const all = [...wanted.values()]
    const looks =
      all.length === 0
        ? []
        : await look(
            all.map(({ requirement }) => requirement),
            before ?? '',
          )
    return all.map(({ requirement: { kind, name, fix }, neededBy }, index) => ({
      kind,
      name,
      fix,
      neededBy: [...neededBy],
      ...looks[index]!,
    }))
  }
}

function readIn(
  { definition }: PlannedRequirement,
  scope: RunbookScope,
  mayWait: boolean,
): Requirement | undefined | 'not-yet' {
  try {
    return requirementIn(definition, scope)
  } catch (error) {
    return mayWait ? 'not-yet' : unusableRequirement(definition, error)
  }
}

/** The steps as they are named to people: those that a requirement names, else the step that includes its runbook. */
export function dependentSteps({ neededBy, frame }: PlannedRequirement): readonly string[] {
  return neededBy.length > 0 || frame.path === '' ? neededBy : [frame.path]
}

function isStillNeeded(each: PlannedRequirement, steps: readonly PlannedStep[], record: RunRecord): boolean {
  return stepsNeeding(each, steps).some((step) => {
    const of = record.steps.get(step.path)!
    return !of.mayHaveEffect && nextMove(step, of, record.steps).move === 'carry-out'
  })
}
