import type { CheckResult } from '../../checks/result/report.js'
import { severities } from '../../base/vocabulary.js'
import { isRed } from '../wording/verdict-words.js'

/** One thing to mend, and what waits for it. */
export interface Cause {
  readonly id: string
  /** `undefined` when the document holds no such check. */
  readonly check: CheckResult | undefined
  /** Red and advisory checks that could not be looked at because of it, in the order of the document. */
  readonly blocked: readonly CheckResult[]
}

/** What is red, by what has to be mended: the worst first, then what blocks most, then the order of the document. */
export function rootCauses(checks: readonly CheckResult[]): readonly Cause[] {
  const blocked = new Map<string, CheckResult[]>()
  for (const check of checks) {
    if (check.blockedBy === null) continue
    const group = blocked.get(check.blockedBy)
    if (group === undefined) blocked.set(check.blockedBy, [check])
    else group.push(check)
  }
  const roots = checks.filter((check) => check.blockedBy === null && (isRed(check) || blocked.has(check.id)))
  const known = new Set(roots.map(({ id }) => id))
  const absent = [...blocked.keys()].filter((id) => !known.has(id))
  const causes = [
    ...roots.map((check) => ({ id: check.id, check, blocked: blocked.get(check.id) ?? [] })),
    ...absent.map((id) => ({ id, check: checks.find((check) => check.id === id), blocked: blocked.get(id) ?? [] })),
  ]
  return causes.toSorted((a, b) => rank(a) - rank(b) || b.blocked.length - a.blocked.length)
}

/** A cause counts as much as the worst of what it holds up. */
function rank({ check, blocked }: Cause): number {
  return Math.min(
    ...[...(check === undefined ? [] : [check]), ...blocked].map(({ severity }) => severities.indexOf(severity)),
  )
}
