import type { Configuration } from '../load/configuration.js'
import type { GivenInputs } from '../load/resolve-inputs.js'
import type { WrittenInputs } from '../given-inputs.js'
import type { Definitions } from '../definition.js'
import type { Plan, SelectionRequest } from '../plan/plan.js'
import type { RunLock } from '../result/report.js'
import type { SelectionLock } from './selection-lock.js'
import { buildPlan } from '../plan/build-plan.js'
import { compareWithLock, type InputBreach, type LockComparison, refuseBreaches, refuseLostPlan } from './breaches.js'
import type { WaiverDemand } from '../waivers/waiver-signature.js'
import { askedSelection, demandOf, type ReadLock } from './selection-lock-file.js'
import { inputBreaches } from './lock-inputs.js'

/** How a run relates to the lock beside it. */
export interface LockOfRun {
  /** Which waivers count; `undefined` where no lock says so. */
  readonly waiverDemand: WaiverDemand | undefined
  /**
   * The plan of the run. @throws DefinitionsError (exit 3) where the locked selection can no longer be planned at all
   */
  planOf(definitions: Definitions, request: SelectionRequest): Plan
  /**
   * What becomes of a run under the lock. @throws DefinitionsError (exit 3) with everything by which the locked
   * selection is not what was locked
   */
  judge(run: LockedRun): JudgedByLock
}

/** What is held against a lock. */
export interface LockedRun {
  readonly plan: Plan
  readonly definitions: Definitions
  readonly configuration: Pick<Configuration, 'deployment'>
  readonly given: GivenInputs
  readonly written: WrittenInputs
  readonly redactor: { text(text: string): string }
}

export interface JudgedByLock {
  readonly lock: RunLock | null
  readonly notices: readonly string[]
}

/** Holds a run against its lock, if there is one. */
export function lockOfRun(read: ReadLock | undefined): LockOfRun {
  if (read === undefined)
    return { waiverDemand: undefined, planOf: buildPlan, judge: () => ({ lock: null, notices: [] }) }
  return {
    waiverDemand: demandOf(read),
    planOf: (definitions, request) => plannedUnder(read, definitions, request),
    judge(run) {
      const { plan, definitions, configuration } = run
      const compared = { deployment: configuration.deployment, inputs: breachedInputs(read.lock, run) }
      const comparison = compareWithLock(read.lock, askedSelection(plan.request), plan, definitions, compared)
      refuseBreaches(read, comparison, { profile: plan.profile, deployment: configuration.deployment })
      return {
        lock: { digest: read.digest, state: comparison.state === 'locked' ? 'locked' : 'other-selection' },
        notices: noticesOf(read, comparison),
      }
    },
  }
}

/** The inputs of the locked checks that are not as they were locked; none under a lock of the format before. */
export function breachedInputs(
  { demands, checks }: SelectionLock,
  { definitions, given, written, redactor }: Pick<LockedRun, 'definitions' | 'given' | 'written' | 'redactor'>,
): readonly InputBreach[] {
  const locked = [...checks.keys()].flatMap((id) => definitions.checks.get(id) ?? [])
  return demands === undefined
    ? []
    : inputBreaches(demands.inputs, definitions, locked, { given, written }, (text) => redactor.text(text))
}

/** The plan of a request; where it has none and the lock tells why, that is the error. */
export function plannedUnder(read: ReadLock, definitions: Definitions, request: SelectionRequest): Plan {
  try {
    return buildPlan(definitions, request)
  } catch (error) {
    refuseLostPlan(read, askedSelection(request), definitions, request.profile, error)
    throw error
  }
}

/** What a run that goes on says of its lock. */
function noticesOf(read: ReadLock, comparison: LockComparison): readonly string[] {
  const { added, state } = comparison
  const more =
    added.length === 0
      ? []
      : [
          `${added.length} ${added.length === 1 ? 'check is' : 'checks are'} selected and not in ${read.label}: ${someOf(added)}`,
        ]
  return [...formerNotices(read), ...(state === 'locked' ? more : [otherNotice(read, comparison)])]
}

/** What a lock of the format before leaves open. */
export function formerNotices({ lock, label }: ReadLock): readonly string[] {
  if (lock.demands !== undefined) return []
  return [
    `${label} has the format of an earlier version: it does not say who may sign waivers or which inputs are allowed, so any signer and any input counts; \`preflight lock --update\` adds that`,
  ]
}

function otherNotice({ lock, label }: ReadLock, { breaches, inputs, isOtherDeployment }: LockComparison): string {
  const parts = [
    ...(breaches.length === 0
      ? []
      : [`${breaches.length} of its ${lock.checks.size} checks are not judged here as locked`]),
    ...(isOtherDeployment ? ['the deployment is another one'] : []),
    ...inputs.map(({ message }) => message),
  ]
  return `this is not the selection that ${label} locks (${parts.length === 0 ? 'the profile is another one' : parts.join('; ')}); it cannot be attested for the release`
}

const mostIds = 10

function someOf(ids: readonly string[]): string {
  return `${ids.slice(0, mostIds).join(', ')}${ids.length > mostIds ? ` and ${ids.length - mostIds} more` : ''}`
}
