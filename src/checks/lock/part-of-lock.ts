import type { PlannedCheck } from '../plan/plan.js'
import { lockBreaches } from './compare-lock.js'
import { refuseBreaches } from './breaches.js'
import { inputBreaches } from './lock-inputs.js'
import type { ReadLock } from './selection-lock-file.js'
import type { LockedRun } from './lock-of-run.js'

/**
 * Of a selection that need not be the locked one: those of its checks that are locked, and the inputs they read, must
 * be as they were locked.
 *
 * @throws DefinitionsError (exit 3) with everything that is not
 */
export function refuseOtherThanLocked(
  read: ReadLock,
  { plan, definitions, configuration, given, redactor }: LockedRun,
): void {
  const { lock } = read
  const judged = plan.checks.map(({ definition }: PlannedCheck) => definition).filter(({ id }) => lock.checks.has(id))
  const breaches = lockBreaches(lock, plan, definitions).filter(
    ({ id, kind }) => kind === 'changed' && judged.some((check) => check.id === id),
  )
  const inputs =
    lock.demands === undefined
      ? []
      : inputBreaches(lock.demands.inputs, definitions, judged, given, (text) => redactor.text(text))
  if (breaches.length + inputs.length === 0) return
  refuseBreaches(
    read,
    { state: 'broken', breaches, inputs, isOtherProfile: false, isOtherDeployment: false, added: [] },
    { profile: plan.profile, deployment: configuration.deployment },
  )
}
