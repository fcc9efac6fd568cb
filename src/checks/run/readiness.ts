import type { Outcome } from '../outcome.js'
import type { PlannedCheck } from '../plan/plan.js'
import { greenStatuses } from '../../base/vocabulary.js'

/** Whether a check may start. `blocked` names the root cause and the need through which it reaches this check. */
export type Readiness =
  | { readonly state: 'waiting' }
  | { readonly state: 'ready' }
  | { readonly state: 'blocked'; readonly root: string; readonly through: string }

const waiting: Readiness = { state: 'waiting' }
const ready: Readiness = { state: 'ready' }

/**
 * Looks at a check's needs. It waits for all of them even when one has failed already, so that the cause which is named
 * does
 * not depend on which need ended first.
 */
export function readinessOf(check: PlannedCheck, outcomes: ReadonlyMap<string, Outcome>): Readiness {
  if (check.needs.length === 0) return ready
  const needed = check.needs.map((id) => outcomes.get(id))
  if (needed.some((outcome) => outcome === undefined)) return waiting
  const culprit = needed.find((outcome) => outcome !== undefined && !greenStatuses.has(outcome.status))
  if (culprit === undefined) return ready
  return { state: 'blocked', root: culprit.blockedBy ?? culprit.id, through: culprit.id }
}
