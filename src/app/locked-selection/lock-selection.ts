import { buildPlan } from '../../plan/build-plan.js'
import { formatLock, type SelectionLock } from '../../model/selection-lock.js'
import { replaceFile } from '../../run/whole-file.js'
import { filesReadBesideLock, noGround } from '../files-read.js'
import { loadAll } from '../load.js'
import { refuseOverwriting } from '../refuse-overwriting.js'
import { selectionRequest, type DefinitionOptions, type SelectionOptions } from '../settings.js'
import { askedSelection } from './asked-selection.js'
import { lockFileOf, type LockFileOptions } from './lock-file.js'

export interface LockOptions extends DefinitionOptions, LockFileOptions {
  readonly selection: SelectionOptions
}

export interface WrittenLock {
  readonly file: string
  readonly lock: SelectionLock
}

/**
 * Locks a selection as it is now, in place of the lock before.
 *
 * @throws UsageError, DefinitionsError or PreflightError for a selection that cannot be run; OutputError when the file cannot be written
 */
export async function lockSelection(options: LockOptions): Promise<WrittenLock> {
  const { configuration, definitions } = await loadAll(options)
  const plan = buildPlan(definitions, selectionRequest(options.selection, configuration))
  const lock: SelectionLock = {
    profile: plan.profile,
    selection: askedSelection(options.selection.selectors, plan.request),
    definitionsDigest: definitions.digest,
    checks: new Map(plan.checks.map(({ definition: { id, digest } }) => [id, digest])),
  }
  const file = lockFileOf(options)
  const others = await filesReadBesideLock({ ...options, ...noGround })
  await refuseOverwriting(file, others, 'name a file for the lock alone')
  // It lies beside the deployment file in a repository, where everybody reads it.
  await replaceFile(file, formatLock(lock), { what: 'lock', mode: 0o644 })
  return { file, lock }
}
