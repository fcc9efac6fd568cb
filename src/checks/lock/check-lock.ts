import { PreflightError, UsageError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import { TestedEnvironment } from '../../environment/environment.js'
import type { SelectionLock } from './selection-lock.js'
import { compareWithLock, refuseBreaches } from './breaches.js'
import { refuseWrongInputs } from '../configuration-problems.js'
import { knownValues, valuesOf, withSecretInputs, writtenInputs } from '../given-inputs.js'
import type { InputOption } from '../input-options.js'
import { loadAll } from '../list-checks.js'
import { redactorFor } from '../secrets.js'
import type { DefinitionOptions } from '../settings.js'
import { existingLock, lockFileOf, type LockFileOptions, lockedRequest } from './selection-lock-file.js'
import { breachedInputs, formerNotices, plannedUnder } from './lock-of-run.js'

export interface CheckedLock {
  readonly file: string
  readonly lock: SelectionLock
  /** sha256 (hex) of the file. */
  readonly digest: string
  /** Ids that the selection has gained since. */
  readonly added: readonly string[]
  /** Whether anything at all is defined otherwise than when it was locked, selected or not. */
  readonly isAsItWas: boolean
  /** What the lock leaves open. */
  readonly notices: readonly string[]
}

/**
 * Whether the selection that a lock was made of still is what was locked.
 *
 * @throws UsageError when there is no lock; DefinitionsError or PreflightError (exit 3) when the selection has lost
 *   anything
 */
export async function checkLock(
  options: DefinitionOptions & LockFileOptions & { readonly inputs: readonly InputOption[] },
): Promise<CheckedLock> {
  const read = await existingLock(lockFileOf(options))
  const { lock, digest, label } = read
  const { configuration, definitions: packs } = await loadAll(options)
  const written = await writtenInputs(configuration, packs, options.inputs)
  refuseWrongInputs(configuration, packs, written.named)
  const definitions = withSecretInputs(packs, written)
  const { selection } = lock
  const plan = asInvalid(() => plannedUnder(read, definitions, lockedRequest(lock, configuration)))
  const redactor = redactorFor(definitions, TestedEnvironment.of({}), valuesOf(written))
  const { deployment } = configuration
  const comparison = compareWithLock(lock, selection, plan, definitions, {
    deployment,
    inputs: breachedInputs(lock, { definitions, given: knownValues(written), written, redactor }),
  })
  refuseBreaches(read, comparison, { profile: plan.profile, deployment })
  return {
    file: label,
    lock,
    digest,
    added: comparison.added,
    isAsItWas: definitions.digest === lock.definitionsDigest,
    notices: formerNotices(read),
  }
}

/** A selection that the lock asks for is not a usage error of the command line. */
function asInvalid<Value>(ask: () => Value): Value {
  try {
    return ask()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new PreflightError(
      'lock-selection',
      exitCodes.invalid,
      `the locked checks can no longer be selected: ${error.message}`,
      { cause: error, hint: '`preflight lock` locks the current checks' },
    )
  }
}
