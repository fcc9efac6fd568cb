import { UsageError, DefinitionsError, type Diagnostic, formatPosition } from '../../base/errors.js'
import { shellWord } from '../../base/text/shell-words.js'
import type { Definitions, CheckDefinition } from '../definition.js'
import { isSameChoice, placeInLock, type AskedSelection, type SelectionLock } from './selection-lock.js'
import type { ReadLock } from './selection-lock-file.js'
import { gatesLeftOutText, type Plan } from '../plan/plan.js'

/**
 * @param run what is held against the lock
 * @throws DefinitionsError (exit 3) when the locked selection is not whole, each reason at its place in the lock
 */
export function refuseBreaches(
  read: ReadLock,
  { state, breaches, inputs, isOtherProfile, isOtherDeployment }: LockComparison,
  run: { readonly profile: string; readonly deployment: string | undefined },
): void {
  if (state !== 'broken') return
  const { lock, label } = read
  const own = 'needs its own file: --lock FILE'
  const ofRun: Diagnostic[] = []
  if (isOtherProfile)
    ofRun.push({
      position: { file: label, line: profileLine, column: 3 },
      code: 'lock-profile',
      message: `the lock is for the profile ${lock.profile}; this run uses ${run.profile}`,
      hint: `a lock of another profile ${own}`,
    })
  if (isOtherDeployment)
    ofRun.push({
      position: { file: label, line: deploymentLine, column: 3 },
      code: 'lock-deployment',
      message: `the lock is for ${named(lock.demands?.deployment)}; this is ${named(run.deployment)}`,
      hint: `a lock of another deployment ${own}`,
    })
  const ofInputs = inputs.map(({ lockedName, message }): Diagnostic => ({
    position: placeInLock(lock, 'inputs', lockedName, label),
    code: 'lock-input',
    message,
    hint: `if the change is approved, ${updating(read)} locks it; give an input that varies a rule: \`--input-rule NAME=RULE\``,
  }))
  throw new DefinitionsError([...ofRun, ...ofInputs, ...breaches.map((breach) => ofCheck(read, breach))])
}

function named(deployment: string | null | undefined): string {
  return deployment === undefined || deployment === null
    ? 'a deployment without a name'
    : `the deployment ${deployment}`
}

/**
 * Of a selection that cannot be planned: says which locked checks that loses.
 *
 * @param error why it cannot be: a wrong word on the command line stays that, unless what it names is locked and gone
 * @throws DefinitionsError (exit 3) when it is the locked selection, and the lock tells why
 */
export function refuseLostPlan(
  read: ReadLock,
  asked: AskedSelection,
  definitions: Definitions,
  profile: string,
  error: unknown,
): void {
  const { lock } = read
  if (!isSameChoice(lock.selection, asked)) return
  const isGone = !definitions.profiles.has(lock.profile)
  const lost = lockBreaches(
    lock,
    { checks: [], skipped: [], profile: definitions.profiles.get(profile) ?? profile },
    definitions,
  )
  const reported = error instanceof UsageError ? lost.filter(({ kind }) => kind === 'missing') : lost
  if (reported.length === 0 && !isGone) return
  const ofProfile = isGone
    ? [
        {
          position: { file: read.label, line: profileLine, column: 3 },
          code: 'lock-profile',
          message: `the lock is for the profile ${lock.profile}, which no pack defines any more`,
          hint: 'a lock of another profile needs its own file: --lock FILE',
        },
      ]
    : []
  throw new DefinitionsError([...ofProfile, ...reported.map((breach) => ofCheck(read, breach))])
}

/** Of the profile, and the deployment, a lock was made for. */
const profileLine = 3

const deploymentLine = 4

function ofCheck(read: ReadLock, { id, kind, message }: LockBreach): Diagnostic {
  const agreed = `if the change is approved, ${updating(read)} locks the current checks`
  const part =
    kind === 'deselected'
      ? '; to check only a part, name it: the report then says that it is not the locked selection'
      : ''
  return {
    position: placeInLock(read.lock, 'checks', id, read.label),
    code: `lock-${kind}`,
    message,
    hint: `${agreed}${part}`,
  }
}

/** The command that updates this lock: one that is not beside the deployment file must be named. */
function updating({ label, isNamed }: ReadLock): string {
  return `\`preflight lock --update${isNamed ? ` --lock ${shellWord(label)}` : ''}\``
}

/** A locked check that a run would not judge as it was locked. */
interface LockBreach {
  readonly id: string
  readonly kind: 'missing' | 'deselected' | 'changed'
  readonly message: string
}

/** An input that a run is given otherwise than it was locked. */
export interface InputBreach {
  /** Its name in the lock. */
  readonly lockedName: string
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
   * same inputs; `broken`: the locked selection was asked for and is no longer whole; `other-selection`: something else
   * was asked for.
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
  plan: Pick<Plan, 'checks' | 'skipped' | 'profile' | 'gatesLeftOut'>,
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
          message: `${id} is locked and changed: ${formatPosition(check.position)} differs from the locked definition`,
        }
  })
}

function whyDeselected(
  { id, profiles }: CheckDefinition,
  { skipped, profile, gatesLeftOut }: Pick<Plan, 'skipped' | 'profile' | 'gatesLeftOut'>,
): string {
  if (skipped.includes(id)) return 'it is skipped'
  if (gatesLeftOut?.ids.includes(id) === true) return gatesLeftOutText(gatesLeftOut)
  return profiles.includes(profile) ? 'nothing selects it' : `it does not belong to the profile ${profile}`
}
