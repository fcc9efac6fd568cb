import { refuseWrongSelection } from './configuration-problems.js'
import { selectedOf } from './plan/selected-of.js'
import type { Plan } from './plan/plan.js'
import { type DefinitionOptions, type SelectionOptions, packRoots, readConfiguration } from './settings.js'
import { UsageError } from '../base/errors.js'
import { pathSuggestionHint } from '../base/text/suggestion.js'
import type { CheckDefinition, Pack, Definitions } from './definition.js'
import type { InputDefinition } from '../definitions/expression/expression.js'
import type { Probe } from '../engine/probe.js'
import { probeRegistry, collectorRegistry } from '../engine/folder-registry.js'
import { loadDefinitions } from './load/load-definitions.js'
import type { Configuration } from './load/configuration.js'
import { DefinitionsError } from '../base/position.js'

/** The checks of a selection, in the order of the report; all of every pack when nothing was selected. */
export async function listChecks(options: DefinitionOptions & { readonly selection: SelectionOptions }): Promise<Plan> {
  const { configuration, definitions } = await loadAll(options)
  // Everything is listed where nothing is named, whatever the deployment file selects.
  refuseWrongSelection({ ...options.selection, selectors: ['*'] }, configuration, definitions)
  return selectedOf(definitions, options.selection, configuration)
}

export interface Explanation {
  readonly check: CheckDefinition
  readonly pack: Pack
  readonly probe: Probe
  /** Ids of the checks that need this one. */
  readonly neededBy: readonly string[]
  readonly inputs: readonly InputDefinition[]
}

/** Everything about one check. @throws UsageError, with a suggestion, for an unknown id */
export async function explainCheck(id: string, options: DefinitionOptions): Promise<Explanation> {
  const { definitions } = await loadAll(options)
  const check = definitions.checks.get(id)
  if (check === undefined) {
    throw new UsageError(`unknown check ${id}`, {
      hint: pathSuggestionHint(id, definitions.checks.keys()) ?? '`preflight list` shows every id',
    })
  }
  const pack = definitions.packs.find((each) => each.checks.includes(check))!
  return {
    check,
    pack,
    probe: await probeRegistry.load(check.probe.kind),
    neededBy: [...definitions.checks.values()].filter((each) => each.needs.includes(id)).map((each) => each.id),
    inputs: pack.inputs.filter((input) => check.inputs.includes(input.name)),
  }
}

export interface Loaded {
  readonly configuration: Configuration
  readonly definitions: Definitions
}

/**
 * Reads the deployment file and compiles every pack.
 *
 * @throws DefinitionsError with every problem that was found
 */
export async function loadAll(options: DefinitionOptions): Promise<Loaded> {
  const configuration = await readConfiguration(options)
  return { configuration, definitions: await loadPacks(options, configuration) }
}

/** Compiles every pack. @throws DefinitionsError with every problem that was found */
export async function loadPacks(options: DefinitionOptions, configuration: Configuration): Promise<Definitions> {
  const { definitions, diagnostics } = await loadDefinitions(
    packRoots(options, configuration),
    probeRegistry,
    collectorRegistry,
  )
  if (definitions === undefined || diagnostics.length > 0) throw new DefinitionsError(diagnostics)
  return definitions
}
