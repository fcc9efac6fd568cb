import { PreflightError } from '../base/errors.js'
import { exitCodes } from '../base/exit-codes.js'
import type { Outcome } from './outcome.js'
import type { Plan } from './plan/plan.js'
import type { RunLock } from './result/report.js'
import { countObserved } from './run/verdict.js'
import type { SelectionOptions } from './settings.js'

/**
 * Whether a run is of all that is locked, or of all that the deployment file or the packs select: then what it has no
 * use for, no run has.
 */
export function isWholeSelection(
  { selectors, stages, skip, beforeStart, afterStart }: SelectionOptions,
  lock: RunLock | null,
): boolean {
  return (
    lock?.state === 'locked' ||
    (selectors.length === 0 && stages.length === 0 && skip.length === 0 && !beforeStart && !afterStart)
  )
}

/** @throws PreflightError (exit 3) when fewer checks are selected than must be observed */
export function refuseTooFew({ checks }: Plan, minChecks: number | undefined): void {
  if (minChecks === undefined || checks.length >= minChecks) return
  throw new PreflightError(
    'too-few-checks',
    exitCodes.invalid,
    `only ${checks.length} checks are selected, and --min-checks asks for ${minChecks}`,
    { hint: 'look with `preflight plan` at what is left out' },
  )
}

/** What is to be said when fewer were observed; nothing when there were enough. */
export function tooFewNotice(outcomes: readonly Outcome[], minChecks: number | undefined): readonly string[] {
  const observed = countObserved(outcomes)
  return minChecks === undefined || observed >= minChecks
    ? []
    : [`only ${observed} checks were observed, and --min-checks asks for ${minChecks}`]
}
