import type { Outcome, RunListener } from '../checks/check-event.js'
import type { LimitOptions } from '../checks/run-options.js'
import type { RefusedLogins } from '../engine/refused-logins.js'
import type { AlertDefinition } from './alert-definition.js'
import type { AlertRound } from './alerts-document.js'
import { advanceAlert, type AlertMemory } from './evaluate/alert-standing.js'
import { askChecks } from './evaluate/ask-checks.js'
import { observeCondition } from './evaluate/observe-condition.js'
import type { PreparedAlerts } from './prepare-alerts.js'

interface RoundOptions {
  readonly limits: Pick<LimitOptions, 'concurrency' | 'timeout'>
  /** The state folder, whose processes share the budgets of peers. */
  readonly state: string
  readonly signal: AbortSignal
  readonly onEvent?: RunListener
  /** The answers to refused logins: no later round of a watch asks again with the same credentials. */
  readonly refusedLogins?: RefusedLogins
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Whether more rounds follow this one. */
  readonly isWatching: boolean
  /** What the round before left; `undefined` where none is known. */
  before(alert: AlertDefinition, now: number): AlertMemory | undefined
}

interface EvaluatedRound extends Pick<AlertRound, 'at' | 'standings' | 'notices'> {
  readonly memories: ReadonlyMap<string, AlertMemory>
}

/**
 * Asks every check once, and evaluates every alert by what was found and by what is remembered.
 *
 * @returns `undefined` when it was interrupted
 */
export async function evaluateRound(
  ready: PreparedAlerts,
  { isWatching, before, ...options }: RoundOptions,
): Promise<EvaluatedRound | undefined> {
  const began = options.now()
  const at = new Date(began).toISOString()
  const notices: string[] = []
  const outcomes = await askChecks(ready.prepared, { ...options, warn: (notice) => notices.push(notice) })
  if (outcomes === undefined) return undefined
  const round = roundOf(ready, outcomes)
  const memories = new Map<string, AlertMemory>()
  const standings = ready.alerts.map((alert) => {
    const observed = alert.conditions.map((condition) => observeCondition(condition, round))
    const { standing, memory } = advanceAlert(alert, observed, before(alert, began), { at, isWatching })
    memories.set(alert.id, memory)
    return standing
  })
  return { at, standings, notices: notices.map((notice) => ready.prepared.redactor.text(notice)), memories }
}

function roundOf({ prepared: { plan, scopeOf } }: PreparedAlerts, outcomes: ReadonlyMap<string, Outcome>) {
  const definitions = new Map(plan.checks.map(({ definition }) => [definition.id, definition]))
  return { outcomes, definitionOf: (check: string) => definitions.get(check), scopeOf, profile: plan.profile }
}
