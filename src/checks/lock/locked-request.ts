import type { Configuration } from '../load/configuration.js'
import type { SelectionRequest } from '../plan/plan.js'
import type { SelectionLock } from './selection-lock.js'

/** What a lock was made of, asked for again: without a selector it is whatever the deployment file says now. */
export function lockedRequest(
  { selection, profile }: Pick<SelectionLock, 'selection' | 'profile'>,
  configuration: Pick<Configuration, 'select'>,
): SelectionRequest {
  return {
    ...selection,
    selectors: selection.selectors.length > 0 ? selection.selectors : (configuration.select ?? []),
    profile,
  }
}
