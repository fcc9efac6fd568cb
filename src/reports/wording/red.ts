import type { CheckResult, ResultDocument } from '../../checks/result/report.js'
import { greenStatuses, severities, type Status } from '../../base/vocabulary.js'

/** Whether a check stands against a go by itself. */
export function isRed({ status }: CheckResult): boolean {
  return !greenStatuses.has(status)
}

/** What is looked at first: what failed, then what nobody knows, then what only waits for another check. */
const urgency: readonly Status[] = ['fail', 'error', 'timeout', 'blocked', 'warn', 'waived', 'not-applicable', 'pass']

/** Checks that have one of these statuses, the most urgent first, equals in the order of the plan. */
export function byUrgency({ checks }: ResultDocument, statuses: readonly Status[]): readonly CheckResult[] {
  return checks
    .filter(({ status }) => statuses.includes(status))
    .toSorted(
      (a, b) =>
        urgency.indexOf(a.status) - urgency.indexOf(b.status) ||
        severities.indexOf(a.severity) - severities.indexOf(b.severity),
    )
}

/** What a report of findings tells of: everything that did not pass and is not simply out of place. */
export const notedStatuses = [
  'fail',
  'error',
  'timeout',
  'blocked',
  'warn',
  'waived',
] as const satisfies readonly Status[]

/**
 * Where a finding about the run as a whole points to in formats that demand a place: the file in which a deployment
 * sets up its run.
 */
export const deploymentFile = 'preflight.yaml'
