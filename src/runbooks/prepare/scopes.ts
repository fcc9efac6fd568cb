import { messageOf, UsageError, DefinitionsError, formatPosition } from '../../base/errors.js'
import {
  readParameters,
  type GivenParameter,
  type ParameterValues,
  type InputsOfSystem,
} from '../load/parameter-value.js'
import type { RunbookScope, RunFacts } from '../definition/runbook-definition.js'
import type { StepFrame, PlannedStep } from '../plan/runbook-plan.js'
import type { StepRecord } from '../record/step-record.js'
import type { SecretOutputs } from '../record/secret-outputs.js'
import { NotPerformedError } from '../definition/step-kind.js'
import type { Configuration } from '../../checks/load/configuration.js'
import type { EnvironmentSource } from '../../environment/environment-source.js'
import { TestedEnvironment } from '../../environment/environment.js'
import { namedEnvironment } from '../../checks/ground.js'
import { noConfiguration, readConfiguration } from '../../checks/settings.js'
import { noEnvironment, readTestedEnvironment, type EnvironmentOptions } from '../../environment/tested-environment.js'
import type { GivenToRunbook, RunbookSource } from './runbook-options.js'

interface GivenScope {
  readonly values: ParameterValues
  /** The folder that relative paths in the parameters of included runbooks are meant from. */
  readonly pathsFrom: string | undefined
  /** What their defaults can read, by system. */
  readonly inputs: ReadonlyMap<string, InputsOfSystem>
}

type Steps = ReadonlyMap<string, Pick<StepRecord, 'outputs'>>

/**
 * What the expressions of each step see: the parameters of its runbook, and what was captured before it in the same
 * one. An included runbook's parameters are what the step that includes it hands over, read by their types.
 *
 * @param given the parameters of the runbook that is run
 * @param run the run, as expressions see it
 * @param secrets what steps captured that is in no journal; none before the run
 */
export function stepScopesOf(
  steps: readonly PlannedStep[],
  { values, pathsFrom, inputs }: GivenScope,
  run: RunFacts,
  secrets?: Pick<SecretOutputs, 'reveal'>,
): (step: PlannedStep, record: { readonly steps: Steps } | undefined) => RunbookScope {
  const byPath = new Map(steps.map((step) => [step.path, step]))
  const capturing = capturingSteps(steps)

  const scopeOf = (frame: StepFrame, record: { readonly steps: Steps } | undefined): RunbookScope => {
    const outputs = outputsOf(capturing.get(frame), record?.steps, secrets)
    if (frame.parent === undefined) return { params: values, outputs, run }
    try {
      return { params: handedOver(frame, scopeOf(frame.parent, record)), outputs, run }
    } catch (error) {
      const reason = messageOf(error)
      return {
        params: {},
        outputs,
        run,
        absences: Object.fromEntries(frame.runbook.parameters.map(({ name }) => [`params.${name}`, reason])),
      }
    }
  }
  const handedOver = (frame: StepFrame, outer: RunbookScope): ParameterValues => {
    const input = byPath.get(frame.path)!.definition.action.input.resolve(outer)
    const given =
      typeof input === 'object' && input !== null && 'parameters' in input
        ? Object.entries(input.parameters as object)
        : []
    return readParameters(
      frame.runbook.parameters,
      new Map(given.map(([name, value]): [string, GivenParameter] => [name, { value: value as unknown }])),
      pathsFrom,
      inputs.get(frame.runbook.system),
    )
  }
  return (step, record) => scopeOf(step.frame, record)
}

/** The paths of the steps that capture each output, by frame. Of alternatives several may capture the same. */
function capturingSteps(steps: readonly PlannedStep[]): ReadonlyMap<StepFrame, ReadonlyMap<string, readonly string[]>> {
  const found = new Map<StepFrame, Map<string, string[]>>()
  for (const { frame, path, definition } of steps) {
    for (const { name } of definition.capture) {
      const names = found.get(frame) ?? new Map<string, string[]>()
      found.set(frame, names)
      names.set(name, [...(names.get(name) ?? []), path])
    }
  }
  return found
}

/** Looked up when they are read: a runbook of a thousand steps reads few of its outputs at each. */
function outputsOf(
  capturing: ReadonlyMap<string, readonly string[]> | undefined,
  steps: Steps | undefined,
  secrets: Pick<SecretOutputs, 'reveal'> | undefined,
): Readonly<Record<string, unknown>> {
  const valueOf = (name: string): unknown =>
    capturing
      ?.get(name)
      ?.map((path) => steps?.get(path)?.outputs[name] ?? secrets?.reveal(path, name))
      .find((value) => value !== undefined)
  return new Proxy<Record<string, unknown>>(
    {},
    {
      get: (_target, name) => (typeof name === 'string' ? valueOf(name) : undefined),
      has: (_target, name) => typeof name === 'string' && valueOf(name) !== undefined,
      ownKeys: () => [...(capturing?.keys() ?? [])].filter((name) => valueOf(name) !== undefined),
      getOwnPropertyDescriptor: (_target, name) => {
        const value = typeof name === 'string' ? valueOf(name) : undefined
        return value === undefined ? undefined : { value, enumerable: true, configurable: true }
      },
    },
  )
}

interface EnvironmentOfRun {
  readonly configuration: Configuration
  /** Empty where nothing says what the deployment is started with: this process's own is not the deployment's. */
  readonly environment: TestedEnvironment
  /** Whether the command line or the deployment file names it. */
  readonly isNamed: boolean
  /** What names it; nothing where it is not named. */
  readonly options: EnvironmentOptions
  /** Where that comes from. */
  readonly sources: readonly EnvironmentSource[]
  /** What could not be read, and did not keep a run from being taken back. */
  readonly unread: readonly string[]
}

/**
 * The deployment file, and the environment under test: what the command line names, else the deployment file, as for a
 * run of checks.
 *
 * @param isTakenBack then neither keeps the run from being undone: steps that need what could not be read fail, each
 *   saying why
 * @throws UsageError or DefinitionsError for what cannot be read
 */
export async function environmentOfRun(
  options: RunbookSource & GivenToRunbook,
  isTakenBack: boolean,
): Promise<EnvironmentOfRun> {
  const unread: string[] = []
  const orUnread = async <Value>(read: () => Promise<Value>, instead: (reason: string) => Value): Promise<Value> => {
    try {
      return await read()
    } catch (error) {
      if (!isTakenBack || !(error instanceof UsageError || error instanceof DefinitionsError)) throw error
      const reason =
        error instanceof DefinitionsError
          ? error.diagnostics.map(({ position, message }) => `${formatPosition(position)}: ${message}`).join('; ')
          : messageOf(error)
      unread.push(reason)
      return instead(reason)
    }
  }
  const configuration = await orUnread(
    () => readConfiguration(options.definitions),
    () => noConfiguration,
  )
  const named = namedEnvironment(options.environment, configuration)
  const [unknown] = unread
  // What a deployment file that cannot be read would have named is not known: an empty environment would be another
  // one.
  const environment =
    named === undefined && unknown !== undefined
      ? new UnreadEnvironment(unknown)
      : await orUnread(
          () => readTestedEnvironment(named ?? noEnvironment),
          (reason): TestedEnvironment => new UnreadEnvironment(reason),
        )
  return {
    configuration,
    environment,
    isNamed: named !== undefined,
    options: named ?? noEnvironment,
    sources: named?.files ?? [],
    unread,
  }
}

/** An environment that could not be read. It names nothing; a step that needs a value of it cannot be carried out. */
class UnreadEnvironment extends TestedEnvironment {
  constructor(readonly reason: string) {
    super([])
  }

  override has(): boolean {
    return this.#refuse()
  }

  override get(): undefined {
    return this.#refuse()
  }

  override origin(): undefined {
    return this.#refuse()
  }

  #refuse(): never {
    throw new NotPerformedError(`it needs the environment of the deployment, which could not be read: ${this.reason}`)
  }
}
