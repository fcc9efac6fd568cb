import { UsageError } from '../base/errors.js'
import { DefinitionsError, type Diagnostic } from '../base/position.js'
import { suggestionHint } from '../base/text/suggestion.js'
import type { Definitions } from './definition.js'
import type { Configuration } from './load/configuration.js'
import { deploymentPlace } from './load/deployment-place.js'
import { selectable } from './plan/build-plan.js'
import { selectorMatches } from './plan/plan.js'
import type { SelectionOptions } from './settings.js'
import { inputComplaint, readGivenInput, type GivenInput } from './load/resolve-inputs.js'
import { fullInputName, readInputName } from './input-names.js'

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
