import type { Configuration } from '../../checks/load/configuration.js'
import { ExpressionFailure } from '../../definitions/expression/failure.js'
import { PreflightError, exitCodes } from '../../base/errors.js'
import type { Definitions } from '../../checks/definition.js'
import type { Operation, RunbookScope } from '../definition/runbook-definition.js'
import type { PlannedStep } from './runbook-plan.js'
import type { CheckRequest, StepKind } from '../definition/step-kind.js'
import { buildPlan } from '../../checks/plan/build-plan.js'
import type { Plan } from '../../checks/plan/plan.js'
import { refuseWrongInputNames } from '../../checks/list-checks.js'
import { selectionRequest } from '../../checks/settings.js'

/** Steps, and what those of them judge by that judge checks. */
export interface Planned {
  readonly steps: readonly PlannedStep[]
  readonly kinds: ReadonlyMap<string, StepKind>
  readonly definitions: Definitions
  readonly configuration: Configuration
  scopeOf(step: PlannedStep): RunbookScope
}

/** The checks that a step, its verification or its undo judges. */
export interface StepSelection {
  /** `before`, `before verify`. */
  readonly place: string
  readonly profile: string
  /** Ids. */
  readonly checks: readonly string[]
}

/** What a step judges, as far as it is known before the run. */
interface StepRequest {
  readonly path: string
  readonly place: string
  readonly request: CheckRequest
}

/**
 * What the steps of a runbook would judge. One that would judge no check is refused, and one that gives an input which
 * no pack has or several have: it would stop there, in the middle of its work. What an earlier step has yet to find out
 * is left to the run.
 *
 * @throws PreflightError (exit 3) that names the step
 */
export function stepSelections(planned: Planned): readonly StepSelection[] {
  const { definitions, configuration } = planned
  return checkRequests(planned).map(({ path, place, request }) => {
    try {
      refuseWrongInputNames(definitions, Object.keys(request.inputs))
      const plan = planFor(request, definitions, configuration)
      return { place, profile: plan.profile, checks: plan.checks.map(({ definition }) => definition.id) }
    } catch (error) {
      if (!(error instanceof PreflightError)) throw error
      throw new PreflightError(error.code, exitCodes.invalid, `the step ${path}: ${error.message}`, {
        cause: error,
        hint: error.hint,
      })
    }
  })
}

/** The checks that a step would judge. @throws PreflightError (exit 3) when there are none */
export function planFor(
  { select, skip, phase, profile }: CheckRequest,
  definitions: Definitions,
  configuration: Configuration,
): Plan {
  const asked = {
    selectors: select,
    profile: profile === '' ? undefined : profile,
    stages: [],
    skip,
    beforeStart: phase === 'before-start',
    afterStart: phase === 'after-start',
  }
  return buildPlan(definitions, selectionRequest(asked, configuration))
}

/** What the steps ask for, without a look at what there is. */
export function checkRequests({
  steps,
  kinds,
  scopeOf,
}: Pick<Planned, 'steps' | 'kinds' | 'scopeOf'>): readonly StepRequest[] {
  return steps.flatMap((step) =>
    operationsOf(step).flatMap(([role, operation]) => {
      const request = requestOf(operation, kinds.get(operation.action.kind), () => scopeOf(step))
      return request === undefined ? [] : [{ path: step.path, place: `${step.path}${role}`, request }]
    }),
  )
}

/** What a step carries out, each with what is put behind the step's path to name it. */
export function operationsOf({ definition }: PlannedStep): readonly (readonly [string, Operation])[] {
  const { verify, undo } = definition
  const named = [
    ['', definition],
    [' verify', verify],
    [' undo', undo],
    [' undo verify', undo?.verify],
  ] as const
  return named.flatMap(([role, operation]) => (operation === undefined ? [] : [[role, operation] as const]))
}

function requestOf(
  { action }: Operation,
  kind: StepKind | undefined,
  scope: () => RunbookScope,
): CheckRequest | undefined {
  if (kind?.selection === undefined) return undefined
  let input: unknown
  try {
    input = action.input.resolve(scope())
  } catch (error) {
    if (error instanceof ExpressionFailure) return undefined
    throw error
  }
  const parsed = kind.input.safeParse(input)
  return parsed.success ? kind.selection(parsed.data) : undefined
}
