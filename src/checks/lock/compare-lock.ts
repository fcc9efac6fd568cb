import type { CheckDefinition, Definitions } from '../definition.js'
import type { Plan } from '../plan/plan.js'
import { isSameChoice, type AskedSelection, type SelectionLock } from './selection-lock.js'
import { formatPosition } from '../../base/position.js'

/** A locked check that a run would not judge as it was locked. */
export interface LockBreach {
  readonly id: string
  readonly kind: 'missing' | 'deselected' | 'changed'
  readonly message: string
}

/** An input that a run is given otherwise than it was locked. */
export interface InputBreach {
  readonly name: string
  readonly message: string
}

/** What a run has besides its checks. */
export interface ComparedDeployment {
  readonly deployment: string | undefined
  readonly inputs: readonly InputBreach[]
}

export interface LockComparison {
  /**
   * `locked`: every locked check is judged as it was locked, by the same profile, for the same deployment, with the
   * same inputs; `broken`:
   * the locked selection was asked for and is no longer whole; `other-selection`: something else was asked for.
   */
  readonly state: 'locked' | 'broken' | 'other-selection'
  /** In the lock's order. */
  readonly breaches: readonly LockBreach[]
  /** Whether the lock was made for another profile. */
  readonly isOtherProfile: boolean
  /** Whether the lock was made for another deployment. */
  readonly isOtherDeployment: boolean
  /** Inputs that are not as they were locked. */
  readonly inputs: readonly InputBreach[]
  /** Ids that are selected and not locked, in the plan's order. */
  readonly added: readonly string[]
}

/** Holds a plan against a lock. @param asked what the plan's selection was asked for with */
export function compareWithLock(
  lock: SelectionLock,
  asked: AskedSelection,
  plan: Plan,
  definitions: Definitions,
  { deployment, inputs }: ComparedDeployment,
): LockComparison {
  const breaches = lockBreaches(lock, plan, definitions)
  const isOtherProfile = lock.profile !== plan.profile
  const isOtherDeployment = lock.demands !== undefined && lock.demands.deployment !== (deployment ?? null)
  const isWhole = breaches.length === 0 && inputs.length === 0 && !isOtherProfile && !isOtherDeployment
  return {
    state: isWhole ? 'locked' : isSameChoice(lock.selection, asked) ? 'broken' : 'other-selection',
    breaches,
    isOtherProfile,
    isOtherDeployment,
    inputs,
    added: plan.checks.map(({ definition }) => definition.id).filter((id) => !lock.checks.has(id)),
  }
}

/** Every locked check that a plan would not judge as it was locked. */
export function lockBreaches(
  lock: SelectionLock,
  plan: Pick<Plan, 'checks' | 'skipped' | 'profile'>,
  definitions: Definitions,
): readonly LockBreach[] {
  const planned = new Set(plan.checks.map(({ definition }) => definition.id))
  return [...lock.checks].flatMap(([id, digest]) => {
    const check = definitions.checks.get(id)
    if (check === undefined) return { id, kind: 'missing', message: `${id} is locked and missing: no pack declares it` }
    if (!planned.has(id))
      return { id, kind: 'deselected', message: `${id} is locked and deselected: ${whyDeselected(check, plan)}` }
    return check.digest === digest
      ? []
      : {
          id,
          kind: 'changed',
          message: `${id} is locked and changed: ${formatPosition(check.position)} is not what was locked`,
        }
  })
}

function whyDeselected(
  { id, profiles }: CheckDefinition,
  { skipped, profile }: Pick<Plan, 'skipped' | 'profile'>,
): string {
  if (skipped.includes(id)) return 'it is skipped'
  return profiles.includes(profile) ? 'nothing selects it' : `it does not belong to the profile ${profile}`
}
