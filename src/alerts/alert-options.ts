import { UsageError, DefinitionsError } from '../base/errors.js'
import { builtinAlerts } from '../base/package.js'
import { suggestionHint } from '../base/text/wording.js'
import type { Definitions } from '../checks/definition.js'
import type { Configuration } from '../checks/load/configuration.js'
import type { PackRoot } from '../checks/load/pack-files.js'
import { usualSystems } from '../checks/plan/build-plan.js'
import { builtinRoots, configuredRoots, noRootsHint, type DefinitionOptions } from '../checks/settings.js'
import { probeRegistry } from '../engine/folder-registry.js'
import type { AlertDefinition } from './alert-definition.js'
import { loadAlerts } from './load/load-alerts.js'

/** Where alerts, and the checks that they ask, come from. */
export interface AlertSource extends DefinitionOptions {
  /** Further folders of alerts, beside the built-in one and those of the deployment file. */
  readonly alerts: readonly string[]
}

/** The folders of alerts, the built-in one first; none where neither a built-in pack nor a folder is in use. */
export function alertRoots(source: AlertSource, configuration: Configuration): readonly PackRoot[] {
  return [
    ...builtinRoots({ folder: builtinAlerts, label: 'alerts' }, source, configuration),
    ...configuredRoots(configuration, 'alerts'),
    ...source.alerts.map((folder) => ({ folder, label: folder })),
  ]
}

/** Compiles every alert. @throws DefinitionsError with every problem */
export async function allAlerts(
  source: AlertSource,
  configuration: Configuration,
  definitions: Definitions,
): Promise<readonly AlertDefinition[]> {
  const { alerts, diagnostics } = await loadAlerts(alertRoots(source, configuration), definitions, probeRegistry)
  if (alerts === undefined) throw new DefinitionsError(diagnostics)
  return alerts
}

/**
 * The alerts of the systems that are named; without a name, of those that a bare run judges.
 *
 * @throws UsageError where there are none, or a system has none
 */
export function alertsOf(
  alerts: readonly AlertDefinition[],
  systems: readonly string[],
  source: Pick<DefinitionOptions, 'noBuiltin'>,
  definitions: Pick<Definitions, 'defaultSelection'>,
): readonly AlertDefinition[] {
  if (alerts.length === 0) throw new UsageError('no alerts to evaluate', { hint: noRootsHint(source, 'alerts') })
  const known = [...new Set(alerts.map(({ system }) => system))]
  for (const system of systems)
    if (!known.includes(system))
      throw new UsageError(`no alerts for ${system}`, {
        hint: suggestionHint(system, known) ?? `there are alerts for ${known.join(', ')}`,
      })
  const meant = systems.length === 0 ? usualSystems(definitions) : new Set(systems)
  const chosen = alerts.filter(({ system }) => meant.has(system))
  if (chosen.length === 0)
    throw new UsageError(`no alerts for ${[...meant].join(', ')}`, { hint: `there are alerts for ${known.join(', ')}` })
  return chosen
}
