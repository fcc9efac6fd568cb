import type { CheckDefinition, Definitions } from '../checks/definition.js'
import type { GroundOptions } from '../checks/ground.js'
import { loadPacks } from '../checks/list-checks.js'
import { readsOf } from '../checks/load/reads-of.js'
import { buildPlan } from '../checks/plan/build-plan.js'
import type { Plan, SelectionRequest } from '../checks/plan/plan.js'
import { prepare, type PreparedRun } from '../checks/prepare.js'
import { readConfiguration } from '../checks/settings.js'
import { checksAsked, type AlertCondition, type AlertDefinition } from './alert-definition.js'
import { allAlerts, alertsOf, type AlertSource } from './alert-options.js'

export interface AlertsOptions extends GroundOptions {
  readonly source: AlertSource
  /** None for all. */
  readonly systems: readonly string[]
  readonly profile: string | undefined
}

/** Alerts with all that asking their checks is based on. */
export interface PreparedAlerts {
  readonly alerts: readonly AlertDefinition[]
  readonly prepared: PreparedRun
}

/**
 * Loads alerts and their checks, and reads the environment. Nothing is contacted.
 *
 * @throws UsageError, DefinitionsError or PreflightError, whichever of the user's words is wrong
 */
export async function prepareAlerts(options: AlertsOptions): Promise<PreparedAlerts> {
  const configuration = await readConfiguration(options)
  const definitions = await loadPacks(options, configuration)
  const all = await allAlerts(options.source, configuration, definitions)
  const alerts = alertsOf(all, options.systems, options, definitions)
  const selection = {
    selectors: checksAsked(alerts),
    profile: options.profile,
    stages: [],
    skip: [],
    beforeStart: false,
    afterStart: false,
    gates: true,
  }
  const prepared = await prepare({ ...options, selection }, configuration, (packs, request) =>
    alertPlan(packs, request, alerts),
  )
  return { alerts, prepared }
}

/**
 * The checks of alerts as a plan in which nothing waits for anything: an alert asks its check, whatever the others
 * say. What an advisory check finds is not softened: the alert says which statuses fire.
 */
function alertPlan(definitions: Definitions, request: SelectionRequest, alerts: readonly AlertDefinition[]): Plan {
  const plan = buildPlan(definitions, request)
  return {
    ...plan,
    checks: plan.checks.map(({ definition }) => ({ definition: asAsked(definition, definitions, alerts), needs: [] })),
  }
}

/** The check, with what the figures of the alerts read beside what it reads itself. */
function asAsked(check: CheckDefinition, { packs }: Definitions, alerts: readonly AlertDefinition[]): CheckDefinition {
  const own = alerts.flatMap(({ conditions }) => conditions.filter((condition) => condition.check === check.id))
  const { inputs } = packs.find(({ system }) => system === check.system)!
  const reads = readsOf(own.flatMap(referencesOf), inputs)
  return {
    ...check,
    severity: 'blocker',
    inputs: [...new Set([...check.inputs, ...reads.inputs])],
    variables: [...new Set([...check.variables, ...reads.variables])],
  }
}

function referencesOf(condition: AlertCondition): readonly string[] {
  const expressions =
    condition.kind === 'growth'
      ? [condition.figure, condition.process]
      : [condition.figure?.value, condition.figure?.limit]
  return expressions.flatMap((expression) => expression?.references ?? [])
}
