import type { CheckResult } from '../../checks/result/report.js'
import type { Status } from '../../base/vocabulary.js'
import { findingFields } from '../wording/finding.js'
import type { Ink, Section } from './ink.js'

/** Checks that need somebody's attention, each with all that is needed to act on it. */
export function findingSection(statuses: readonly Status[], heading: string): Section {
  return ({ checks }, ink) => {
    // What blocked an advisory check is told where the blocked checks stand.
    const found = checks.filter((check) => statuses.includes(check.status) && check.blockedBy === null)
    if (found.length === 0) return []
    return [
      ink.write(`${heading} (${found.length})`, 'strong'),
      ...found.flatMap((check) => ['', ...finding(check, ink)]),
    ]
  }
}

function finding(check: CheckResult, ink: Ink): readonly string[] {
  return [
    `  ${ink.mark(check.status)} ${ink.write(check.id, 'strong')}`,
    ...findingFields(check).flatMap(([label, text]) => ink.field(label, text)),
  ]
}
