import { UsageError, DefinitionsError, type Diagnostic } from '../base/errors.js'
import { fullInputName, readInputName } from './input-names.js'
import { selectedOf } from './plan/selected-of.js'
import { selectable } from './plan/build-plan.js'
import { type Plan, selectorMatches } from './plan/plan.js'
import { type DefinitionOptions, type SelectionOptions, packRoots, readConfiguration } from './settings.js'
import { pathSuggestionHint, suggestionHint } from '../base/text/wording.js'
import type { CheckDefinition, Pack, Definitions } from './definition.js'
import type { InputDefinition } from '../definitions/expression/expression.js'
import type { Probe } from '../engine/probe.js'
import { probeRegistry, collectorRegistry } from '../engine/folder-registry.js'
import { loadDefinitions } from './load/load-definitions.js'
import type { Configuration } from './load/configuration.js'
import { deploymentPlace } from './load/deployment-place.js'
import { inputComplaint, readGivenInput, type GivenInput } from './load/resolve-inputs.js'

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

/** What is wrong with a deployment file, as far as the packs tell: profile, selectors, inputs. */
export function configurationProblems(configuration: Configuration, definitions: Definitions): readonly Diagnostic[] {
  return [
    ...profileProblems(configuration, definitions),
    ...selectorProblems(configuration, definitions),
    ...configuredInputProblems(configuration, definitions),
  ]
}

/**
 * Refuses a profile or selectors of the deployment file that no pack has, where the command line does not replace them.
 *
 * @throws DefinitionsError with every problem
 */
export function refuseWrongSelection(
  { profile, selectors }: Pick<SelectionOptions, 'profile' | 'selectors'>,
  configuration: Configuration,
  definitions: Definitions,
): void {
  const problems = [
    ...(profile === undefined ? profileProblems(configuration, definitions) : []),
    ...(selectors.length === 0 ? selectorProblems(configuration, definitions) : []),
  ]
  if (problems.length > 0) throw new DefinitionsError(problems)
}

function profileProblems(configuration: Configuration, { profiles }: Definitions): readonly Diagnostic[] {
  const { profile } = configuration
  if (profile === undefined || profiles.has(profile)) return []
  return [
    {
      position: deploymentPlace(configuration, ['profile']),
      code: 'unknown-profile',
      message: `unknown profile ${profile}`,
      hint: suggestionHint(profile, profiles.keys()) ?? `known: ${[...profiles.keys()].join(', ')}`,
    },
  ]
}

function selectorProblems(configuration: Configuration, { checks }: Definitions): readonly Diagnostic[] {
  const ids = [...checks.keys()]
  return (configuration.select ?? []).flatMap((selector, index) =>
    ids.some((id) => selectorMatches(selector, id))
      ? []
      : [
          {
            position: deploymentPlace(configuration, ['select', index]),
            code: 'unknown-selector',
            message: `unknown check ${selector}`,
            hint: suggestionHint(selector, selectable(ids)) ?? '`preflight list` shows every check',
          },
        ],
  )
}

/**
 * What is wrong with the inputs of a deployment file before the environment under test is known: names that no pack
 * has or several have, an input given under both of its names, values of the wrong form.
 */
function configuredInputProblems(configuration: Configuration, definitions: Definitions): readonly Diagnostic[] {
  const before = new Map<string, string>()
  return Object.entries(configuration.inputs).flatMap(([written, { position, value, template }]): Diagnostic[] => {
    const reading = readInputName(definitions, written)
    if (reading.input === undefined) return [{ position, ...reading.problem }]
    const name = fullInputName(reading.input)
    const other = before.get(name)
    if (other !== undefined) {
      const message = `the input ${name} is given twice: as ${other} and as ${written}`
      return [{ position, code: 'duplicate-input', message, hint: 'give it once' }]
    }
    before.set(name, written)
    const complaint = value === undefined || template !== undefined ? undefined : complaintOf(definitions, name, value)
    return complaint === undefined ? [] : [{ position, code: 'input-value', message: `the input ${name} ${complaint}` }]
  })
}

/**
 * What a value would have to be to be one of an input's; `undefined` when it is. Says nothing of the value.
 *
 * @param name of the input, in full
 */
export function complaintOf(definitions: Definitions, name: string, value: GivenInput): string | undefined {
  const { input } = readInputName(definitions, name)
  return input === undefined ? undefined : inputComplaint(input, readGivenInput(input, value))
}

/** @throws UsageError for a given name that no pack has, or that several have: the default would stay in force */
export function refuseWrongInputNames(definitions: Definitions, given: Iterable<string>): void {
  for (const name of given) {
    const reading = readInputName(definitions, name)
    if (reading.input === undefined) throw new UsageError(reading.problem.message, { hint: reading.problem.hint })
  }
}

/**
 * Refuses inputs that no pack has or several have, and values of the wrong form in the deployment file.
 *
 * @param options the names that the command line gives, as they are written
 * @throws DefinitionsError with every problem of the deployment file, else UsageError
 */
export function refuseWrongInputs(
  configuration: Configuration,
  definitions: Definitions,
  options: Iterable<string>,
): void {
  const problems = configuredInputProblems(configuration, definitions)
  if (problems.length > 0) throw new DefinitionsError(problems)
  refuseWrongInputNames(definitions, options)
}
