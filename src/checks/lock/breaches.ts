import { UsageError } from '../../base/errors.js'
import { shellWord } from '../../base/text/shell-words.js'
import type { Definitions } from '../definition.js'
import { DefinitionsError } from '../../base/definitions-error.js'
import type { Diagnostic } from '../../base/position.js'
import { isSameChoice, placeInLock, type AskedSelection } from './selection-lock.js'
import { lockBreaches, type LockBreach, type LockComparison } from './compare-lock.js'
import type { ReadLock } from './selection-lock-file.js'

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
  const own = 'has a file of its own: --lock FILE'
  const ofRun: Diagnostic[] = []
  if (isOtherProfile)
    ofRun.push({
      position: { file: label, line: profileLine, column: 3 },
      code: 'lock-profile',
      message: `the lock is for the profile ${lock.profile}, and this is judged by ${run.profile}`,
      hint: `a lock of another profile ${own}`,
    })
  if (isOtherDeployment)
    ofRun.push({
      position: { file: label, line: deploymentLine, column: 3 },
      code: 'lock-deployment',
      message: `the lock is for ${named(lock.demands?.deployment)}, and this is ${named(run.deployment)}`,
      hint: `a lock of another deployment ${own}`,
    })
  const ofInputs = inputs.map(({ name, message }): Diagnostic => ({
    position: placeInLock(lock, 'inputs', name, label),
    code: 'lock-input',
    message,
    hint: `where that is agreed, ${updating(read)} locks it; one that varies has a rule: \`--input-rule NAME=RULE\``,
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
  const told = error instanceof UsageError ? lost.filter(({ kind }) => kind === 'missing') : lost
  if (told.length === 0 && !isGone) return
  const ofProfile = isGone
    ? [
        {
          position: { file: read.label, line: profileLine, column: 3 },
          code: 'lock-profile',
          message: `the lock is for the profile ${lock.profile}, which no pack knows any more`,
          hint: 'a lock of another profile has a file of its own: --lock FILE',
        },
      ]
    : []
  throw new DefinitionsError([...ofProfile, ...told.map((breach) => ofCheck(read, breach))])
}

/** Of the profile, and the deployment, a lock was made for. */
const profileLine = 3
const deploymentLine = 4

function ofCheck(read: ReadLock, { id, kind, message }: LockBreach): Diagnostic {
  const agreed = `where that is agreed, ${updating(read)} locks what there is now`
  const part =
    kind === 'deselected'
      ? '; to look at a part, name it: the report then says that it is not the locked selection'
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
