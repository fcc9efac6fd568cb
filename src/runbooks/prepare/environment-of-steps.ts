import { PreflightError } from '../../base/errors.js'
import { chosenEnvironment, unnamedEnvironment } from '../../checks/environment/choose-environment.js'
import { needOf, variablesRead, type Given } from '../../checks/environment/variables-read.js'
import { fullNameOf } from '../../checks/input-names.js'
import { readInputOptions, type InputOption } from '../../checks/input-options.js'
import type { Configuration } from '../../checks/load/configuration.js'
import type { Definitions } from '../../checks/definition.js'
import type { EnvironmentOptions } from '../../environment/tested-environment.js'
import { checkRequests, planFor, type Planned } from '../plan/step-selections.js'
import type { GivenToRunbook } from './runbook-options.js'

interface Steps extends Planned {
  readonly options: Pick<GivenToRunbook, 'inputs' | 'environmentAsked'>
}

/**
 * The environment for the steps that judge checks, where nobody named one and it is known before the parameters are
 * what they judge; `undefined` where they need none.
 *
 * @throws UsageError when one is needed and no person can be asked, PreflightError when the question is not answered
 */
export async function environmentForSteps(steps: Steps): Promise<EnvironmentOptions | undefined> {
  const need = await needOfSteps(steps)
  return need === undefined ? undefined : chosenEnvironment(need, steps.configuration, steps.options.environmentAsked)
}

/** The same once the parameters are known. @throws UsageError when one is needed */
export async function refuseUnnamedEnvironment(steps: Steps): Promise<void> {
  const need = await needOfSteps(steps)
  if (need !== undefined) throw unnamedEnvironment(need)
}

/** Why the steps need an environment: those that name one themselves need no other. */
async function needOfSteps({ options, ...planned }: Steps): Promise<string | undefined> {
  const { definitions, configuration } = planned
  const given = await givenTo(configuration, definitions, options.inputs)
  const read = checkRequests(planned)
    .filter(({ request }) => request.environmentFiles.length === 0)
    .flatMap(({ place, request }) => {
      const checks = checksOf(request, definitions, configuration)
      const { variables } = variablesRead(checks, definitions, {
        inputs: new Map<string, GivenInput>([...given, ...plainInputs(definitions, Object.keys(request.inputs))]),
      })
      return variables.length === 0 ? [] : [{ reader: `the step ${place}`, variables }]
    })
  return needOf({
    variables: [...new Set(read.flatMap(({ variables }) => variables))],
    readers: read.map(({ reader }) => reader),
  })
}

type GivenInput = Given['inputs'] extends ReadonlyMap<string, infer Input> ? Input : never

/** The inputs of the deployment file, and those of the command line over them. */
async function givenTo(
  { inputs }: Configuration,
  definitions: Definitions,
  options: readonly InputOption[],
): Promise<Given['inputs']> {
  const named = (await readInputOptions(options)).keys()
  const configured = Object.entries(inputs).map(([name, input]) => [fullNameOf(definitions, name), input] as const)
  return new Map<string, GivenInput>([...configured, ...plainInputs(definitions, named)])
}

function plainInputs(
  definitions: Definitions,
  names: Iterable<string>,
): readonly (readonly [string, { readonly template: undefined }])[] {
  return [...names].map((name) => [fullNameOf(definitions, name), { template: undefined }])
}

function checksOf(request: Parameters<typeof planFor>[0], definitions: Definitions, configuration: Configuration) {
  try {
    return planFor(request, definitions, configuration).checks.map(({ definition }) => definition)
  } catch (error) {
    // The plan says what is wrong with it, and names its step.
    if (error instanceof PreflightError) return []
    throw error
  }
}
