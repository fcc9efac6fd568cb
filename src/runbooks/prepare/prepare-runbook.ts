import { fullInputName } from '../../checks/input-names.js'
import { growingRedactor, type GrowingRedactor } from '../../redaction/redact.js'
import { UsageError } from '../../base/errors.js'
import { readParameters, type GivenParameter } from '../load/parameter-value.js'
import type { EnvironmentSource } from '../../environment/environment-source.js'
import { TestedEnvironment } from '../../environment/environment.js'
import type { RunbookDefinition, RunbookScope } from '../definition/runbook-definition.js'
import type { JournalEventOf } from '../record/journal.js'
import { type PlannedStep, type RunbookPlanDocument, spreadRunbook } from '../plan/runbook-plan.js'
import type { RunRecord } from '../record/run-record.js'
import { SecretOutputs } from '../record/secret-outputs.js'
import type { StepKind } from '../definition/step-kind.js'
import { actionRegistry } from '../action-registry.js'
import type { LockDatabase } from '../locks/database-lock.js'
import { lockDatabaseOf } from './lock-database-of.js'
import { knownSecrets } from '../../checks/secrets.js'
import type { CoveredThing } from '../plan/covered/file-digests.js'
import { coveredPlan } from '../plan/covered-plan.js'
import type { MadePlan } from '../plan/plan-document.js'
import { environmentForSteps, refuseUnnamedEnvironment } from './environment-of-steps.js'
import { environmentOfRun, stepScopesOf } from './scopes.js'
import { givenParameters, recordsOf, refuseCredentials, secretValues } from './given-parameters.js'
import { type GivenToRunbook, type RunbookSource, definitionsOf } from './runbook-options.js'
import { inputsAtStart, inputsNamed, parameterInputs, type ParameterInputs } from './parameter-inputs.js'
import { findRunbook, recordedRunbook } from './runbook-source.js'

export interface GatherOptions extends RunbookSource, GivenToRunbook {
  readonly id: string
  /** The start of a run that goes on: its parameters are not given again. */
  readonly recorded?: Pick<JournalEventOf<'run-started'>, 'parameters' | 'inputs' | 'workingFolder'> | undefined
  /** The start of a run that is taken back: its runbook as it was then, whatever is to be found of it now. */
  readonly takenBack?: JournalEventOf<'run-started'> | undefined
  /** Nothing is really judged, so that no environment is needed. */
  readonly isPractice?: boolean
}

/** Everything a run or a plan is based on, before anything is contacted. */
export interface PreparedRunbook {
  readonly options: GatherOptions
  readonly runbook: RunbookDefinition
  readonly steps: readonly PlannedStep[]
  readonly kinds: ReadonlyMap<string, StepKind>
  /** Empty where nothing says what the deployment is started with: this process's own is not the deployment's. */
  readonly environment: TestedEnvironment
  /** Where that comes from. */
  readonly sources: readonly EnvironmentSource[]
  /** What could not be read of the deployment, and did not keep a run from being taken back. */
  readonly unread: readonly string[]
  readonly redactor: GrowingRedactor
  /** Empty at first; each run has its own, which is gone with its process. */
  readonly secrets: SecretOutputs
  /** The name that the deployment file gives it. */
  readonly deployment: string | undefined
  readonly target: string
  /** The absolute path that relative ones are meant from. */
  readonly workingFolder: string
  readonly lockDatabase: LockDatabase | undefined
  readonly parameters: JournalEventOf<'run-started'>['parameters']
  readonly inputs: ParameterInputs
  readonly plan: RunbookPlanDocument
  /** All that the plan covers. */
  readonly things: readonly CoveredThing[]
  /** The plan made again, with the files as they are now. */
  planNow(): Promise<RunbookPlanDocument>
  /** Every runbook that is part of it as it was written, by id. */
  readonly definition: Readonly<Record<string, unknown>>
  /** The folder of the file of each. */
  readonly folders: Readonly<Record<string, string>>
  scopeOf(
    started: JournalEventOf<'run-started'>,
    folder: string,
  ): (step: PlannedStep, record: RunRecord) => RunbookScope
}

/**
 * Loads, reads and resolves, and makes the plan. Files are read; nothing is contacted, run or written.
 *
 * @throws UsageError, DefinitionsError or PreflightError, whichever of the user's words is wrong
 */
export async function prepareRunbook(options: GatherOptions): Promise<PreparedRunbook> {
  const { takenBack } = options
  const { runbook, runbooks } =
    takenBack === undefined ? await findRunbook(options, options.id) : await recordedRunbook(options, takenBack)
  const steps = spreadRunbook(runbook, runbooks)
  const kinds = new Map(
    await Promise.all(
      [...kindsOf(steps)].map(async (name): Promise<[string, StepKind]> => [name, await actionRegistry.load(name)]),
    ),
  )
  const found = await environmentOfRun(options, takenBack !== undefined)
  const { configuration, environment, sources, unread } = found
  const judgesChecks = [...kinds.values()].some((kind) => kind.judgesChecks === true)
  const involved = [...new Set(steps.map(({ frame }) => frame.runbook)).add(runbook)]
  const readsInputs = takenBack === undefined && inputsNamed(involved).size > 0
  const definitions =
    judgesChecks || readsInputs || environment.names().length > 0
      ? await definitionsOf(options, configuration, takenBack !== undefined)
      : undefined
  const judging =
    found.isNamed || definitions === undefined || takenBack !== undefined || options.isPractice === true
      ? undefined
      : { options, steps, kinds, definitions, configuration }
  if (judging !== undefined) {
    const beforeParameters = stepScopesOf(steps, { values: {}, pathsFrom: undefined, inputs: new Map() }, planned)
    const picked = await environmentForSteps({ ...judging, scopeOf: (step) => beforeParameters(step, undefined) })
    if (picked !== undefined) return prepareRunbook({ ...options, environment: picked })
  }
  const given = withRecorded(
    await givenParameters(
      toBeGiven(options, runbook),
      options,
      unread.length > 0 ? new TestedEnvironment([]) : environment,
    ),
    options.recorded?.parameters,
  )
  const workingFolder = process.cwd()
  // Earlier versions left paths as they were given, and what was approved of such a run is bound to that.
  const pathsFrom =
    options.recorded !== undefined && options.recorded.workingFolder === undefined ? undefined : workingFolder
  const inputs =
    readsInputs && definitions !== undefined && options.recorded === undefined
      ? await parameterInputs({
          ...found,
          runbooks: involved,
          definitions,
          inputs: options.inputs,
          sources: found.options,
        })
      : inputsAtStart(options.recorded?.inputs)
  const values = readParameters(runbook.parameters, given, pathsFrom, inputs.get(runbook.system))
  const secrets = secretValues(runbook.parameters, values)
  const redactor = growingRedactor([
    ...[...secrets].map(([name, value]) => ({
      name: `parameter ${name}`,
      value: value.reveal(),
      exposure: value.reveal().includes('://') ? ('dsn' as const) : ('secret' as const),
    })),
    ...(definitions === undefined ? [] : knownSecrets(definitions, environment, {})),
  ])
  const secretOutputs = new SecretOutputs(redactor)
  refuseCredentials(runbook, values, redactor)
  const parameters = recordsOf(runbook, values, secrets)
  const scope = stepScopesOf(steps, { values, pathsFrom, inputs }, planned)
  if (judging !== undefined) await refuseUnnamedEnvironment({ ...judging, scopeOf: (step) => scope(step, undefined) })
  const root = { params: values, run: planned, outputs: {} }
  const target = String(runbook.target.resolve(root))
  const isJudging = judgesChecks && takenBack === undefined
  const madeNow = (): Promise<MadePlan> =>
    coveredPlan({
      options,
      runbook,
      steps,
      kinds,
      configuration,
      environment,
      sources,
      values,
      parameters,
      target,
      workingFolder,
      redactor,
      definitions: isJudging || readsInputs ? definitions : undefined,
      judgesChecks: isJudging,
      inputsRead: new Set(
        [...inputsNamed(involved)].flatMap(([system, names]) =>
          [...names].map((name) => fullInputName({ system, name })),
        ),
      ),
      scopeOf: (step) => scope(step, undefined),
    })
  const { plan, things } = await madeNow()
  return {
    options,
    runbook,
    steps,
    kinds,
    environment,
    sources,
    unread,
    redactor,
    secrets: secretOutputs,
    deployment: configuration.deployment,
    target,
    workingFolder,
    lockDatabase: lockDatabaseOf(runbook, root, environment),
    parameters,
    inputs,
    plan,
    things,
    planNow: async () => (await madeNow()).plan,
    definition: Object.fromEntries(steps.map(({ frame }) => [frame.runbook.id, frame.runbook.written])),
    folders: Object.fromEntries(steps.map(({ frame }) => [frame.runbook.id, frame.runbook.folder])),
    scopeOf: (started, folder) => {
      const run = {
        id: started.run,
        operator: started.operator.user,
        host: started.operator.host,
        started_at: '',
        folder,
      }
      let scopes: ReturnType<typeof stepScopesOf> | undefined
      return (step, record) => {
        const parameters = { values, pathsFrom, inputs }
        scopes ??= stepScopesOf(steps, parameters, { ...run, started_at: record.startedAt }, secretOutputs)
        return scopes(step, record)
      }
    },
  }
}

/** The run, where there is none yet: what a plan shows in its place. */
const planned = {
  id: '<run id>',
  operator: '<operator>',
  host: '<host>',
  started_at: '<time of the start>',
  folder: '<folder of the run>',
}

function kindsOf(steps: readonly PlannedStep[]): ReadonlySet<string> {
  return new Set(
    steps.flatMap(({ definition: { action, verify, undo } }) => [
      action.kind,
      ...[verify, undo, undo?.verify].flatMap((operation) => operation?.action.kind ?? []),
    ]),
  )
}

/** Of a run that goes on only the secrets are given again: the others are in its journal. */
function toBeGiven({ recorded }: GatherOptions, { parameters }: RunbookDefinition): RunbookDefinition['parameters'] {
  if (recorded === undefined) return parameters
  const unknown = parameters.find(({ name }) => !Object.hasOwn(recorded.parameters, name))
  if (unknown !== undefined) throw new UsageError(`the parameter ${unknown.name} did not exist when the run started`)
  return parameters.filter(({ type }) => type === 'secret')
}

function withRecorded(
  given: ReadonlyMap<string, GivenParameter>,
  recorded: JournalEventOf<'run-started'>['parameters'] | undefined,
): ReadonlyMap<string, GivenParameter> {
  if (recorded === undefined) return given
  const values = Object.entries(recorded).flatMap(([name, record]): [string, GivenParameter][] =>
    'value' in record ? [[name, { value: record.value, wasRead: true }]] : [],
  )
  return new Map([...given, ...values])
}
