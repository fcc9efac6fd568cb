import type { Definitions } from '../../model/definition.js'
import type { Plan, SelectionRequest } from '../../model/plan.js'
import type { RunLock } from '../../model/report.js'
import { buildPlan } from '../../plan/build-plan.js'
import { compareWithLock, type LockComparison } from '../../plan/compare-lock.js'
import type { SelectionOptions } from '../settings.js'
import { askedSelection } from './asked-selection.js'
import { refuseBreaches, refuseLostPlan } from './breaches.js'
import { readLock, type LockFileOptions, type ReadLock } from './lock-file.js'

/** How a run relates to the lock beside it. */
export interface LockOfRun {
  /** The plan of the run. @throws DefinitionsError (exit 3) where the locked selection can no longer be planned at all */
  planOf(definitions: Definitions, request: SelectionRequest): Plan
  /** What becomes of a plan under the lock. @throws DefinitionsError (exit 3) with every locked check that the locked selection has lost */
  judge(plan: Plan, definitions: Definitions): JudgedByLock
}

export interface JudgedByLock {
  readonly lock: RunLock | null
  readonly notices: readonly string[]
}

/**
 * Reads the lock of a run, if there is one.
 *
 * @throws UsageError when one was named and is not there; DefinitionsError (exit 3) when what is there is none
 */
export async function lockOfRun(options: LockFileOptions & { readonly selection: SelectionOptions }): Promise<LockOfRun> {
  const read = await readLock(options)
  if (read === undefined) return { planOf: buildPlan, judge: () => ({ lock: null, notices: [] }) }
  const { selectors } = options.selection
  return {
    planOf: (definitions, request) => plannedUnder(read, selectors, definitions, request),
    judge(plan, definitions) {
      const comparison = compareWithLock(read.lock, askedSelection(selectors, plan.request), plan, definitions)
      refuseBreaches(read, comparison, plan.profile)
      return { lock: { digest: read.digest, state: comparison.state === 'locked' ? 'locked' : 'other-selection' }, notices: noticesOf(read, comparison) }
    },
  }
}

/** The plan of a request; where it has none and the lock tells why, that is the error. @param selectors as given on the command line */
export function plannedUnder(read: ReadLock, selectors: readonly string[], definitions: Definitions, request: SelectionRequest): Plan {
  try {
    return buildPlan(definitions, request)
  } catch (error) {
    refuseLostPlan(read, askedSelection(selectors, request), definitions, request.profile, error)
    throw error
  }
}

/** What a run that goes on says of its lock. */
function noticesOf({ lock, label }: ReadLock, { state, breaches, added }: LockComparison): readonly string[] {
  if (state === 'locked') return added.length === 0 ? [] : [`${added.length} ${added.length === 1 ? 'check is' : 'checks are'} selected and not in ${label}: ${someOf(added)}`]
  const part = breaches.length === 0 ? 'it is judged by another profile' : `${breaches.length} of its ${lock.checks.size} checks are not judged here as they were locked`
  return [`this is not the selection that ${label} locks (${part}); it cannot be attested as the release's`]
}

const mostIds = 10

function someOf(ids: readonly string[]): string {
  return `${ids.slice(0, mostIds).join(', ')}${ids.length > mostIds ? ` and ${ids.length - mostIds} more` : ''}`
}
