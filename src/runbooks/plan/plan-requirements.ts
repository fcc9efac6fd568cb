import type { Redactor } from '../../redaction/redact.js'
import type { RunbookScope } from '../definition/runbook-definition.js'
import { dependentSteps } from '../requires/judge-requirements.js'
import { lookAt } from '../requires/look-at.js'
import { plannedRequirements, type PlannedRequirement } from '../requires/planned-requirements.js'
import { identityOf, requirementIn, unusableRequirement, type Requirement } from '../requires/requirement.js'
import type { PlannedStep, PlanRequirement } from './runbook-plan.js'

interface Requested {
  readonly steps: readonly PlannedStep[]
  scopeOf(step: PlannedStep): RunbookScope
  readonly redactor: Redactor
}

/** What a run requires, each once: programs and files as they are now; addresses are left to the run. */
export async function planRequirements({ steps, scopeOf, redactor }: Requested): Promise<readonly PlanRequirement[]> {
  const found = new Map<string, PlanRequirement>()
  for (const planned of plannedRequirements(steps)) {
    const read = readIn(planned, scopeOf(planned.step))
    if (read === undefined) continue
    const { requirement, isKnown } = read
    const judgedBefore = planned.isConditional || !isKnown ? planned.frame.path : null
    const key = `${identityOf(requirement)} ${isKnown ? '' : planned.frame.path}`
    const known = found.get(key)
    if (known === undefined)
      found.set(key, {
        kind: requirement.kind,
        name: redactor.text(requirement.name),
        neededBy: dependentSteps(planned),
        judgedBefore,
        ...(await lookNow(requirement, isKnown, redactor)),
        fix: redactor.text(requirement.fix),
      })
    else
      found.set(key, {
        ...known,
        neededBy: [...new Set([...known.neededBy, ...dependentSteps(planned)])],
        judgedBefore: known.judgedBefore === null ? null : judgedBefore,
      })
  }
  return [...found.values()]
}

/** `undefined` where its condition is false. What an included runbook is given may be known only in the run. */
function readIn(
  { definition, frame }: PlannedRequirement,
  scope: RunbookScope,
): { readonly requirement: Requirement; readonly isKnown: boolean } | undefined {
  try {
    const requirement = requirementIn(definition, scope)
    return requirement === undefined ? undefined : { requirement, isKnown: true }
  } catch (error) {
    return { requirement: unusableRequirement(definition, error), isKnown: frame.parent === undefined }
  }
}

async function lookNow(
  requirement: Requirement,
  isKnown: boolean,
  redactor: Redactor,
): Promise<Pick<PlanRequirement, 'now' | 'found'>> {
  if (!isKnown || 'address' in requirement.lookUp) return { now: 'not-judged', found: '' }
  const { holds, found } = await lookAt(requirement, new AbortController().signal)
  return { now: holds ? 'holds' : 'missing', found: redactor.text(found) }
}
