import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { stateFolder } from '../base/files/state-folder.js'
import type { LimitOptions } from '../checks/run-options.js'
import { configurationFileOf } from '../checks/settings.js'
import { unmaskableNotices } from '../redaction/unmaskable-notice.js'
import { alertsDocument, type AlertsDocument, type AlertsMeta } from './alerts-document.js'
import { advanceAlert } from './evaluate/alert-standing.js'
import { askChecks } from './evaluate/ask-checks.js'
import { observeCondition, type ObservedCondition } from './evaluate/observe-condition.js'
import type { Outcome } from '../checks/check-event.js'
import type { AlertDefinition } from './alert-definition.js'
import { prepareAlerts, type AlertsOptions, type PreparedAlerts } from './prepare-alerts.js'

export interface EvaluateOptions extends AlertsOptions {
  readonly limits: Pick<LimitOptions, 'concurrency' | 'timeout'>
  /** The state folder that was named; this user's when left out. */
  readonly state: string | undefined
  /** Further folders of runbooks, which a response may be in. */
  readonly runbooks: readonly string[]
  /** Milliseconds since the epoch; the wall clock when left out. */
  readonly now?: () => number
}

/**
 * Evaluates every alert once.
 *
 * @throws UsageError, DefinitionsError or PreflightError for what the user can put right; the signal's reason when it
 *   was interrupted
 */
export async function evaluateAlerts(options: EvaluateOptions, signal: AbortSignal): Promise<AlertsDocument> {
  const ready = await prepareAlerts(options)
  const now = options.now ?? Date.now
  const at = new Date(now()).toISOString()
  const { redactor, peers, environment } = ready.prepared
  const notices = [...unmaskableNotices(redactor), ...environment.notices, ...peers.unknown]
  const outcomes = await askChecks(ready.prepared, {
    limits: options.limits,
    state: stateFolder(options.state),
    signal,
    warn: (notice) => notices.push(notice),
    now,
  })
  if (outcomes === undefined) throw signal.reason
  const standings = observedAlerts(ready, outcomes).map(
    ({ alert, observed }) => advanceAlert(alert, observed, undefined, { at, isWatching: false }).standing,
  )
  const meta = alertsMeta(options, ready)
  return alertsDocument({ at, standings, notices: notices.map((notice) => redactor.text(notice)) }, meta)
}

/** What a round found of each alert. */
export function observedAlerts(
  { alerts, prepared }: PreparedAlerts,
  outcomes: ReadonlyMap<string, Outcome>,
): readonly { readonly alert: AlertDefinition; readonly observed: readonly ObservedCondition[] }[] {
  const { plan, scopeOf } = prepared
  const definitions = new Map(plan.checks.map(({ definition }) => [definition.id, definition]))
  const round = {
    outcomes,
    definitionOf: (check: string) => definitions.get(check),
    scopeOf,
    profile: plan.profile,
  }
  return alerts.map((alert) => ({
    alert,
    observed: alert.conditions.map((condition) => observeCondition(condition, round)),
  }))
}

export function alertsMeta(
  { config, noBuiltin, runbooks }: Pick<EvaluateOptions, 'config' | 'noBuiltin' | 'runbooks'>,
  { prepared }: PreparedAlerts,
): AlertsMeta {
  const { configuration, plan, redactor } = prepared
  return {
    deployment: configuration.deployment ?? null,
    profile: plan.profile,
    host: hostname(),
    runbookFlags: [
      ...(configuration.root === undefined ? [] : ['--config', resolve(configurationFileOf({ config }))]),
      ...(noBuiltin ? ['--no-builtin'] : []),
      ...runbooks.flatMap((folder) => ['--runbooks', resolve(folder)]),
    ],
    redact: (text) => redactor.text(text),
  }
}
