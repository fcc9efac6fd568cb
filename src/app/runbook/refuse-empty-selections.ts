import type { Configuration } from '../../load/configuration.js'
import { ExpressionFailure } from '../../load/expression/failure.js'
import { PreflightError } from '../../kernel/errors.js'
import { exitCodes } from '../../kernel/exit-codes.js'
import type { Definitions } from '../../model/definition.js'
import type { Operation, RunbookScope } from '../../model/runbook/definition.js'
import type { PlannedStep } from '../../model/runbook/plan.js'
import type { CheckRequest, StepKind } from '../../model/runbook/step-kind.js'
import { buildPlan } from '../../plan/build-plan.js'
import { selectionRequest } from '../settings.js'

interface Planned {
  readonly steps: readonly PlannedStep[]
  readonly kinds: ReadonlyMap<string, StepKind>
  readonly definitions: Definitions
  readonly configuration: Configuration
  scopeOf(step: PlannedStep): RunbookScope
}

/**
 * Refuses a runbook in which a step would judge no check: it would stop there, in the middle of its work. What an earlier step has yet
 * to find out is left to the run.
 *
 * @throws PreflightError (exit 3) that names the step
 */
export function refuseEmptySelections({ steps, kinds, definitions, configuration, scopeOf }: Planned): void {
  for (const step of steps) {
    for (const operation of operationsOf(step)) {
      const request = selectionOf(operation, kinds.get(operation.action.kind), () => scopeOf(step))
      if (request === undefined) continue
      const { select, skip, phase, profile } = request
      const asked = { selectors: select, profile: profile === '' ? undefined : profile, stages: [], skip, beforeStart: phase === 'before-start', afterStart: phase === 'after-start' }
      try {
        buildPlan(definitions, selectionRequest(asked, configuration))
      } catch (error) {
        if (!(error instanceof PreflightError)) throw error
        throw new PreflightError(error.code, exitCodes.invalid, `the step ${step.path}: ${error.message}`, { cause: error, hint: error.hint })
      }
    }
  }
}

function operationsOf({ definition }: PlannedStep): readonly Operation[] {
  const { verify, undo } = definition
  return [definition, verify, undo, undo?.verify].filter((operation) => operation !== undefined)
}

function selectionOf({ action }: Operation, kind: StepKind | undefined, scope: () => RunbookScope): CheckRequest | undefined {
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
