import { type Diagnostic, DefinitionsError } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/wording.js'
import { refuseWrongInputs } from '../../checks/list-checks.js'
import type { Definitions } from '../../checks/definition.js'
import { resolveWritten, withSecretInputs, writtenInputs } from '../../checks/given-inputs.js'
import { fullInputName } from '../../checks/input-names.js'
import { scopesOf } from '../../checks/ground.js'
import { tellsOfSecret } from '../../checks/secrets.js'
import { defaultProfile } from '../../base/vocabulary.js'
import type { InputOption } from '../../checks/input-options.js'
import type { Configuration } from '../../checks/load/configuration.js'
import { ExpressionFailure } from '../../definitions/expression/failure.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { EnvironmentOptions } from '../../environment/tested-environment.js'
import type { RunbookDefinition } from '../definition/runbook-definition.js'
import type { InputsOfSystem } from '../load/parameter-value.js'
import type { JournalEventOf } from '../record/journal.js'

/** The inputs that defaults of parameters read, of each system. */
export type ParameterInputs = ReadonlyMap<string, InputsOfSystem>

/** The names of the inputs that the parameters of runbooks read, by system. */
export function inputsNamed(runbooks: Iterable<RunbookDefinition>): ReadonlyMap<string, ReadonlySet<string>> {
  const named = new Map<string, Set<string>>()
  for (const { system, parameters } of runbooks)
    for (const name of parameters.flatMap(inputsOf))
      named.set(system, (named.get(system) ?? new Set<string>()).add(name))
  return named
}

function inputsOf({ default: fallback }: RunbookDefinition['parameters'][number]): readonly string[] {
  return (fallback?.references ?? []).flatMap((reference) => {
    const [root, name] = reference.split('.')
    return root === 'inputs' && name !== undefined ? [name] : []
  })
}

/** Inputs that parameters read, and that the packs of their system do not declare. */
export function unknownInputs(runbooks: Iterable<RunbookDefinition>, { packs }: Definitions): readonly Diagnostic[] {
  return [...runbooks].flatMap(({ system, parameters }) => {
    const known = packs.filter((pack) => pack.system === system).flatMap(({ inputs }) => inputs.map(({ name }) => name))
    return parameters.flatMap((parameter) =>
      inputsOf(parameter)
        .filter((name) => !known.includes(name))
        .map((name) => ({
          position: parameter.position,
          code: 'unknown-input',
          message: `the default of ${parameter.name} reads the input ${name}, which no check of ${system} has`,
          hint: suggestionHint(name, known) ?? `\`preflight inputs\` lists them`,
        })),
    )
  })
}

interface DeploymentOfRun {
  readonly runbooks: readonly RunbookDefinition[]
  readonly definitions: Definitions
  readonly configuration: Configuration
  readonly inputs: readonly InputOption[]
  readonly environment: TestedEnvironment
  /** Where it comes from; `undefined` where nobody named one: nothing is known of its variables then. */
  readonly sources: EnvironmentOptions
}

/**
 * What the deployment says of the inputs that parameters read, as it says it to checks. One that has no value is
 * absent, with the reason.
 *
 * @throws UsageError or DefinitionsError for what is wrong with an input
 */
export async function parameterInputs({
  runbooks,
  definitions: packs,
  configuration,
  inputs,
  environment,
  sources,
}: DeploymentOfRun): Promise<ParameterInputs> {
  const needed = inputsNamed(runbooks)
  if (needed.size === 0) return new Map()
  const unknown = unknownInputs(runbooks, packs)
  if (unknown.length > 0) throw new DefinitionsError(unknown)
  const written = await writtenInputs(configuration, packs, inputs)
  refuseWrongInputs(configuration, packs, written.named)
  const definitions = withSecretInputs(packs, written)
  const { given, unresolved } = resolveWritten(written, definitions, environment)
  const ground = { definitions, environment, sources, given, written, unresolved }
  const profile = configuration.profile ?? defaultProfile
  const scopes = scopesOf(ground, profile, (system) => needed.get(system) ?? new Set())
  return new Map(
    [...needed].map(([system, names]) => {
      const { inputs: values, absences = {} } = scopes.get(system)!
      const secret = definitions.packs
        .filter((pack) => pack.system === system)
        .flatMap((pack) =>
          pack.inputs
            .filter(
              (input) =>
                input.secret || (!Object.hasOwn(given, fullInputName(input)) && tellsOfSecret(input.tellsOf, pack)),
            )
            .map(({ name }) => name),
        )
      const own = Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)))
      return [system, { values: refusingSecrets(own, new Set(secret)), absences }]
    }),
  )
}

type RecordedInputs = JournalEventOf<'run-started'>['inputs']

/** As a journal holds them; `undefined` where no parameter reads an input. */
export function recordedInputs(inputs: ParameterInputs): RecordedInputs {
  if (inputs.size === 0) return undefined
  return Object.fromEntries([...inputs].map(([system, { values }]) => [system, { ...values }]))
}

/** Of a run that goes on: its parameters default from what the inputs were when it started. */
export function inputsAtStart(recorded: RecordedInputs): ParameterInputs {
  const systems = Object.entries(recorded ?? {})
  return new Map(systems.map(([system, values]) => [system, { values, absences: {} }]))
}

/** Parameters are in plans and journals: an expression that reads a secret input fails, `has` included. */
function refusingSecrets(
  values: Readonly<Record<string, unknown>>,
  secret: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  const refuse = (name: string | symbol): void => {
    if (typeof name === 'string' && secret.has(name))
      throw new ExpressionFailure(
        `the input ${name} is secret here, and parameters are shown: give the parameter itself`,
      )
  }
  return new Proxy(values, {
    get(target, name, receiver) {
      refuse(name)
      return Reflect.get(target, name, receiver) as unknown
    },
    getOwnPropertyDescriptor(target, name) {
      refuse(name)
      return Reflect.getOwnPropertyDescriptor(target, name)
    },
  })
}
