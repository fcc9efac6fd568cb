import { UsageError } from '../../kernel/errors.js'
import type { Definitions } from '../../model/definition.js'
import { DefinitionsError } from '../../model/definitions-error.js'
import type { Diagnostic } from '../../model/position.js'
import { isSameChoice, placeInLock, type AskedSelection } from '../../model/selection-lock.js'
import { lockBreaches, type LockBreach, type LockComparison } from '../../plan/compare-lock.js'
import type { ReadLock } from './lock-file.js'

/** @throws DefinitionsError (exit 3) when the locked selection is not whole, each reason at its place in the lock */
export function refuseBreaches(read: ReadLock, { state, breaches, isOtherProfile }: LockComparison, profile: string): void {
  if (state !== 'broken') return
  const { lock } = read
  const message = `the lock is for the profile ${lock.profile}, and this is judged by ${profile}`
  throw refusal(read, breaches, isOtherProfile ? message : undefined)
}

/**
 * Of a selection that cannot be planned: says which locked checks that loses.
 *
 * @param error why it cannot be: a wrong word on the command line stays that, unless what it names is locked and gone
 * @throws DefinitionsError (exit 3) when it is the locked selection, and the lock tells why
 */
export function refuseLostPlan(read: ReadLock, asked: AskedSelection, definitions: Definitions, profile: string, error: unknown): void {
  const { lock } = read
  if (!isSameChoice(lock.selection, asked)) return
  const isGone = !definitions.profiles.has(lock.profile)
  const lost = lockBreaches(lock, { checks: [], skipped: [], profile: definitions.profiles.get(profile) ?? profile }, definitions)
  const told = error instanceof UsageError ? lost.filter(({ kind }) => kind === 'missing') : lost
  if (told.length > 0 || isGone) throw refusal(read, told, isGone ? `the lock is for the profile ${lock.profile}, which no pack knows any more` : undefined)
}

/** Of the profile a lock was made for. */
const profileLine = 3

function refusal({ lock, label }: ReadLock, breaches: readonly LockBreach[], profile: string | undefined): DefinitionsError {
  const ofProfile = profile === undefined ? [] : [{ position: { file: label, line: profileLine, column: 3 }, code: 'lock-profile', message: profile, hint: 'a lock of another profile has a file of its own: --lock FILE' }]
  const ofChecks = breaches.map(({ id, kind, message }): Diagnostic => ({ position: placeInLock(lock, id, label), code: `lock-${kind}`, message, hint: hints[kind] }))
  return new DefinitionsError([...ofProfile, ...ofChecks])
}

const agreed = 'where that is agreed, `preflight lock` locks what there is now'
const hints: Readonly<Record<LockBreach['kind'], string>> = {
  missing: agreed,
  deselected: `${agreed}; to look at a part, name it: the report then says that it is not the locked selection`,
  changed: agreed,
}
