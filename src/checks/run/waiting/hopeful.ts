import type { CheckDefinition } from '../../definition.js'
import type { Outcome } from '../../outcome.js'
import type { PlannedCheck } from '../../plan/plan.js'
import type { Probe } from '../../../engine/probe.js'
import { greenStatuses } from '../../../base/vocabulary.js'

/**
 * Whether observing a check once more is cheap and may show something else: it climbs a ladder to a peer. What reads
 * variables
 * and files sees the same again, and what eats the machine is never repeated.
 */
export function isRepeatable({ stage, probe }: CheckDefinition, probes: ReadonlyMap<string, Probe>): boolean {
  const kind = probes.get(probe.kind)
  return kind?.rungs !== undefined && kind.concurrency !== 'alone' && stage !== 'gates'
}

export interface Standing {
  readonly checks: readonly PlannedCheck[]
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly probes: ReadonlyMap<string, Probe>
  /** What the scheduler said of the latest observation of each. */
  readonly mayChange: ReadonlySet<string>
  /** Whether a warning stands in the way of a go, too. */
  readonly areWarningsRed: boolean
}

/** Answers of a service, or of the proxy before it, that is not up yet (RFC 9110 §15.6.3 to §15.6.5). */
const laterStatuses: ReadonlySet<unknown> = new Set([502, 503, 504])

/**
 * The checks that are not green and may become so by waiting, in the plan's order; those that are blocked by nothing
 * but such checks among them.
 */
export function hopeful(standing: Standing): readonly PlannedCheck[] {
  const { checks, outcomes, probes, mayChange, areWarningsRed } = standing
  const found = new Set<string>()
  const isRed = ({ status }: Outcome): boolean => !greenStatuses.has(status) || (status === 'warn' && areWarningsRed)
  const isGreenOrFound = (id: string): boolean =>
    found.has(id) || greenStatuses.has(outcomes.get(id)?.status ?? 'blocked')
  // The plan puts needs before what needs them, so one pass is enough.
  return checks.filter(({ definition, needs }) => {
    const outcome = outcomes.get(definition.id)
    if (outcome === undefined) return false
    // An advisory check that was blocked is a mere warning, and yet must not say so of a need that is green in the end.
    const isHopeful =
      outcome.blockedBy === undefined
        ? isRed(outcome) &&
          isRepeatable(definition, probes) &&
          (mayChange.has(definition.id) || laterStatuses.has(outcome.facts['status']))
        : isGreenOrFound(outcome.blockedBy) && needs.every(isGreenOrFound)
    if (isHopeful) found.add(definition.id)
    return isHopeful
  })
}
