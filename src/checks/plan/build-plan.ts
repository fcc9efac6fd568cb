import { PreflightError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import type { Definitions } from '../definition.js'
import type { Plan, SelectionRequest } from './plan.js'
import { inOrder } from './order.js'
import { select } from './select.js'

/**
 * The plan of a run: what is selected, in the order of the report.
 *
 * @throws UsageError for a request that names what does not exist
 * @throws PreflightError (exit 3) when nothing is left: a run of no checks observes nothing and can never be a go
 */
export function buildPlan(definitions: Definitions, request: SelectionRequest): Plan {
  const { profile, selected, deselected, skipped } = select(definitions, request)
  if (selected.length === 0) {
    throw new PreflightError('nothing-selected', exitCodes.invalid, `no check is selected for the profile ${profile}`, {
      hint: 'name other selectors or stages, skip less, or choose another profile; preflight list shows every check',
    })
  }
  const ids = new Set(selected.map((check) => check.id))
  return {
    profile,
    request,
    checks: inOrder(selected).map((definition) => ({
      definition,
      needs: definition.needs.filter((need) => ids.has(need)),
    })),
    declared: definitions.checks.size,
    deselected,
    skipped,
  }
}
