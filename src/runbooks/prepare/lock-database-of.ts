import { Secret } from '../../redaction/secret-value.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { RunbookDefinition, RunbookScope } from '../definition/runbook-definition.js'
import type { LockDatabase } from '../locks/database-lock.js'

/** Where a run of a runbook takes its advisory lock; `undefined` for one that takes none. */
export function lockDatabaseOf(
  { lock }: RunbookDefinition,
  scope: RunbookScope,
  environment: TestedEnvironment,
): LockDatabase | undefined {
  if (lock === undefined) return undefined
  return {
    url: new Secret(String(lock.database.resolve(scope))),
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- an expression in a text gives a scalar
    serviceHome: String(lock.serviceHome?.resolve(scope) ?? ''),
    environment,
  }
}
