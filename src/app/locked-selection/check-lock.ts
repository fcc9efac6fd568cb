import { PreflightError, UsageError } from '../../kernel/errors.js'
import { exitCodes } from '../../kernel/exit-codes.js'
import type { SelectionLock } from '../../model/selection-lock.js'
import { compareWithLock } from '../../plan/compare-lock.js'
import { loadAll } from '../load.js'
import type { DefinitionOptions } from '../settings.js'
import { refuseBreaches } from './breaches.js'
import { lockFileOf, readLock, type LockFileOptions } from './lock-file.js'
import { plannedUnder } from './lock-of-run.js'

export interface CheckedLock {
  readonly file: string
  readonly lock: SelectionLock
  /** sha256 (hex) of the file. */
  readonly digest: string
  /** Ids that the selection has gained since. */
  readonly added: readonly string[]
  /** Whether anything at all is defined otherwise than when it was locked, selected or not. */
  readonly isAsItWas: boolean
}

/**
 * Whether the selection that a lock was made of still is what was locked.
 *
 * @throws UsageError when there is no lock; DefinitionsError or PreflightError (exit 3) when the selection has lost anything
 */
export async function checkLock(options: DefinitionOptions & LockFileOptions): Promise<CheckedLock> {
  const read = await readLock(options)
  if (read === undefined) throw new UsageError(`there is no lock ${lockFileOf(options)}`, { hint: '`preflight lock` writes it' })
  const { lock, digest, label } = read
  const { configuration, definitions } = await loadAll(options)
  const { selection, profile } = lock
  const request = { ...selection, selectors: selection.selectors.length > 0 ? selection.selectors : (configuration.select ?? []), profile }
  const plan = asInvalid(() => plannedUnder(read, selection.selectors, definitions, request))
  const comparison = compareWithLock(lock, selection, plan, definitions)
  refuseBreaches(read, comparison, plan.profile)
  return { file: label, lock, digest, added: comparison.added, isAsItWas: definitions.digest === lock.definitionsDigest }
}

/** What the lock asks for is nobody's wrong word on the command line. */
function asInvalid<Value>(ask: () => Value): Value {
  try {
    return ask()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new PreflightError('lock-selection', exitCodes.invalid, `what was locked can no longer be selected: ${error.message}`, { cause: error, hint: '`preflight lock` locks what there is now' })
  }
}
