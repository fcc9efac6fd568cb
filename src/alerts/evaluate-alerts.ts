import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { stateFolder } from '../base/files/state-folder.js'
import type { LimitOptions } from '../checks/run-options.js'
import { configurationFileOf } from '../checks/settings.js'
import { isThisShell, sourceFrom, sourceOptions } from '../environment/environment-source.js'
import { unmaskableNotices } from '../redaction/unmaskable-notice.js'
import { alertsDocument, type AlertsDocument, type AlertsMeta } from './alerts-document.js'
import { evaluateRound } from './evaluate-round.js'
import { AlertHistory, alertHistoryFile } from './history/alert-history.js'
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
 * Evaluates every alert once. What a watch remembers counts; nothing is written.
 *
 * @throws UsageError, DefinitionsError or PreflightError for what the user can put right; the signal's reason when it
 *   was interrupted
 */
export async function evaluateAlerts(options: EvaluateOptions, signal: AbortSignal): Promise<AlertsDocument> {
  const ready = await prepareAlerts(options)
  const now = options.now ?? Date.now
  const state = stateFolder(options.state)
  const { histories, notices } = await readHistories(ready, { state, config: options.config, now: now() })
  const round = await evaluateRound(ready, {
    limits: options.limits,
    state,
    signal,
    now,
    isWatching: false,
    before: (alert, began) => histories.get(alert.system)?.before(alert, began),
  })
  if (round === undefined) throw signal.reason
  const meta = alertsMeta(options, ready)
  const all = [...standingNotices(ready), ...notices, ...round.notices]
  return alertsDocument({ ...round, notices: all }, meta)
}

/** What is to be known before anything is asked, redacted. */
export function standingNotices({ prepared }: PreparedAlerts): readonly string[] {
  const { environment, peers, redactor } = prepared
  return [...unmaskableNotices(redactor), ...environment.notices, ...peers.unknown].map((notice) =>
    redactor.text(notice),
  )
}

/** The history of each system, and why one counts for nothing. */
export async function readHistories(
  ready: PreparedAlerts,
  { state, config, now }: { readonly state: string; readonly config: string | undefined; readonly now: number },
): Promise<{ readonly histories: ReadonlyMap<string, AlertHistory>; readonly notices: readonly string[] }> {
  const systems = [...new Set(ready.alerts.map(({ system }) => system))]
  const notices: string[] = []
  const histories = new Map<string, AlertHistory>()
  for (const system of systems) {
    const file = alertHistoryFile(state, system, ready, config)
    histories.set(system, await AlertHistory.read(file, now, (notice) => notices.push(notice)))
  }
  return { histories, notices }
}

export function alertsMeta(
  { checks, config, environment, noBuiltin, runbooks }: EvaluateOptions,
  { prepared }: PreparedAlerts,
): AlertsMeta {
  const { configuration, plan, redactor } = prepared
  const sources = environment.files.map((source) => (isThisShell(source) ? source : sourceFrom(source, resolve)))
  return {
    deployment: configuration.deployment ?? null,
    profile: plan.profile,
    host: hostname(),
    runbookFlags: [
      ...(configuration.root === undefined ? [] : ['--config', resolve(configurationFileOf({ config }))]),
      ...(noBuiltin ? ['--no-builtin'] : []),
      ...checks.flatMap((folder) => ['--checks', resolve(folder)]),
      ...runbooks.flatMap((folder) => ['--runbooks', resolve(folder)]),
      ...sourceOptions(sources),
      ...(environment.pid === undefined ? [] : ['--env-pid', String(environment.pid)]),
    ],
    redact: (text) => redactor.text(text),
  }
}
