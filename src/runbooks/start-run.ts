import { randomBytes } from 'node:crypto'
import { PreflightError, exitCodes, type ExitCode } from '../base/errors.js'
import { createJournal } from './record/journal-file.js'
import type { JournalEventOf } from './record/journal.js'
import { type Operator, currentOperator } from '../processes/operator.js'
import type { Person } from '../engine/person.js'
import { RunFold, type RunRecord } from './record/run-record.js'
import { toolVersion } from '../base/package.js'
import { anchorOf, createRunFolder, newRunId } from './record/stored-run.js'
import { conduct } from './conduct.js'
import { prepareRunbook, type GatherOptions, type PreparedRunbook } from './prepare/prepare-runbook.js'
import { recordedInputs } from './prepare/parameter-inputs.js'
import { takeLocks } from './locks/database-lock.js'
import { refuseOtherPlan } from './plan/asked-plan.js'
import { stateFolder, isThere } from '../base/files/state-folder.js'
import { unmaskableNotices } from '../redaction/unmaskable-notice.js'
import { needsApproval } from './definition/runbook-definition.js'
import type { RunbookTerminal } from './action-registry.js'
import { resolve } from 'node:path'
import { sourceFrom, type EnvironmentSource } from '../environment/environment-source.js'
import { isSameInputName } from '../checks/input-names.js'
import type { InputOption } from '../checks/input-options.js'
import { environmentFlagsOf } from '../environment/tested-environment.js'
import type { StartedWith } from './record/started-with.js'
import { configurationFileName } from '../checks/settings.js'

/** How a run is carried out, whether it starts or goes on. */
export interface ConductOptions {
  readonly state: string | undefined
  /** Paths of destructive steps that are approved beforehand. */
  readonly approved: readonly string[]
  /** Approval documents. */
  readonly approvals: readonly string[]
  /** Who answers while it runs. */
  readonly conductor: Person
  readonly terminal: RunbookTerminal
  readonly interruption: { readonly signal: AbortSignal; exitCode(): ExitCode | undefined }
}

export interface StartOptions extends GatherOptions, ConductOptions {
  /** What the plan must be: its hash, or the file that holds it. */
  readonly plan: string | undefined
}

/** The state of a run when its process leaves it. */
export type ConductedRun = RunRecord & {
  /**
   * Of its journal, as the process that wrote it knows it: kept elsewhere, it proves later that nothing was removed or
   * changed.
   */
  readonly anchor: string
}

/**
 * Carries out a runbook from its beginning.
 *
 * @throws ChangedError when the plan is another than the one asked for, naming each difference where its file was
 *   given; LockedError when somebody else works on the target; JournalWriteError when an event could not be written:
 *   nothing was done after that
 */
export async function startRun(options: StartOptions): Promise<ConductedRun> {
  const gathered = await prepareRunbook(options)
  const { plan } = gathered
  refuseUnknownSteps(gathered, options.approved)
  if (options.plan !== undefined) await refuseOtherPlan(options.plan, plan)
  for (const notice of unmaskableNotices(gathered.redactor)) options.terminal.warn(notice)
  const operator = currentOperator()
  const state = stateFolder(options.state)
  const run = newRunId(options.id, new Date(), randomBytes(3).toString('hex'))
  const since = new Date().toISOString()
  const locks = await takeLocks({
    holder: { run, runbook: options.id, user: operator.user, pid: operator.pid, host: operator.host, since },
    target: gathered.target,
    database: gathered.lockDatabase,
  })
  try {
    const folder = await createRunFolder(state, run)
    const journal = await createJournal(folder)
    try {
      const fold = new RunFold(
        await journal.append({
          ...startedEvent(gathered, run, operator, false),
          startedWith: await startedWithOf(gathered, options.state),
        }),
      )
      options.terminal.warn(`run ${run}`)
      const record = await conduct({
        ...options,
        gathered,
        fold,
        journal,
        folder,
        operator,
        person: options.conductor,
        lockLost: locks.lost,
      })
      return { ...record, anchor: anchorOf(journal) }
    } finally {
      await journal.close()
    }
  } finally {
    await locks.release()
  }
}

/** A misspelt path would leave the step unapproved, in the middle of the run. */
function refuseUnknownSteps({ steps }: PreparedRunbook, approved: readonly string[]): void {
  const approvable = steps.filter(({ definition }) => needsApproval(definition)).map((each) => each.path)
  const hint = `steps that need an approval: ${approvable.join(', ') || 'none'}`
  for (const path of approved) {
    const step = steps.find((each) => each.path === path)
    if (step === undefined)
      throw new PreflightError('usage', exitCodes.usage, `--approve ${path}: unknown step`, { hint })
    if (!needsApproval(step.definition))
      throw new PreflightError('usage', exitCodes.usage, `--approve ${path}: the step does not need an approval`, {
        hint,
      })
  }
}

export function startedEvent(
  gathered: PreparedRunbook,
  run: string,
  operator: Operator,
  practice: boolean,
): JournalEventOf<'run-started'> {
  const { runbook, plan, definition, folders, workingFolder, parameters, target, steps, kinds } = gathered
  const inputs = recordedInputs(gathered.inputs)
  return {
    type: 'run-started',
    format: 1,
    run,
    runbook: runbook.id,
    title: runbook.title,
    tool: toolVersion,
    planHash: plan.hash,
    definition,
    workingFolder,
    folders,
    covers: [...plan.covers],
    parameters,
    ...(inputs === undefined ? {} : { inputs }),
    target,
    operator,
    onFailure: runbook.onFailure,
    ...(runbook.isChecklist ? { checklist: true as const } : {}),
    practice,
    steps: steps.map(({ path, definition: step, isAfterUndo }, index) => {
      const kind = kinds.get(step.action.kind)!
      const approval = plan.steps[index]?.approval
      return {
        path,
        title: step.title,
        kind: kind.kind,
        effect: step.effect,
        isManual: kind.isManual === true,
        undo: step.undo?.effect ?? null,
        pointOfNoReturn: step.pointOfNoReturn,
        ...(isAfterUndo === true ? { isAfterUndo } : {}),
        ...(approval ? { approves: approval.digest } : {}),
      }
    }),
  }
}

/**
 * The options of a command on a run, so that another can be given them again from any folder. An input is in it with
 * its value where the plan shows that as well, and without where it may be a secret; one that no step is given is left
 * out.
 *
 * @param state the folder of --state
 */
export async function startedWithOf(
  { options, plan, deployment }: Pick<PreparedRunbook, 'options' | 'plan' | 'deployment'>,
  state: string | undefined,
): Promise<StartedWith> {
  const { definitions, runbooks, environment, parameterVariables, inputs } = options
  const config = definitions.config ?? ((await isThere(configurationFileName)) ? configurationFileName : undefined)
  const covered = new Map(
    plan.covers.flatMap(({ kind, name, detail }): [string, string | undefined][] =>
      kind === 'input' ? [[name, detail]] : [],
    ),
  )
  return {
    ...(state === undefined ? {} : { state: resolve(state) }),
    runbooks: runbooks.map((folder) => resolve(folder)),
    checks: definitions.checks.map((folder) => resolve(folder)),
    noBuiltin: definitions.noBuiltin,
    ...(config === undefined ? {} : { config: resolve(config) }),
    ...(deployment === undefined ? {} : { deployment }),
    environment: [
      ...environmentFlagsOf({ ...environment, files: environment.files.map((source) => absoluteSource(source)) }),
    ],
    parameterVariables: [...parameterVariables],
    inputs: inputs.flatMap((input) => {
      if (typeof input !== 'string') return 'variable' in input ? [inVariable(input.variable)] : []
      const written = input.slice(0, input.indexOf('='))
      const name = [...covered.keys()].find((each) => isSameInputName(each, written))
      if (name === undefined) return []
      return [covered.get(name) === undefined ? { name } : { name, value: input.slice(written.length + 1) }]
    }),
    ...inputsFilesOf(inputs),
  }
}

function inputsFilesOf(inputs: readonly InputOption[]): Pick<StartedWith, 'inputsFiles'> {
  const files = inputs.flatMap((input) => (typeof input === 'object' && 'file' in input ? [resolve(input.file)] : []))
  return files.length === 0 ? {} : { inputsFiles: files }
}

function inVariable(option: string): StartedWith['inputs'][number] {
  const at = option.indexOf('=')
  return { name: option.slice(0, at), variable: option.slice(at + 1) }
}

/** The flags that set the parameters of a command again, with absolute paths; none of them holds a secret. */
export function parametersAgain({
  options,
  runbook,
  parameters,
}: Pick<PreparedRunbook, 'options' | 'runbook' | 'parameters'>): readonly string[] {
  const set = options.parameters.map((text) => {
    const name = text.slice(0, text.indexOf('='))
    const record = parameters[name]
    const isPath = runbook.parameters.some((each) => each.name === name && each.type === 'path')
    return isPath && record !== undefined && 'value' in record ? `${name}=${String(record.value)}` : text
  })
  const file = options.parameterFile === undefined ? [] : ['--params', resolve(options.parameterFile)]
  return [...set.flatMap((text) => ['--param', text]), ...file]
}

function absoluteSource(source: EnvironmentSource): EnvironmentSource {
  return sourceFrom(source, (path) => resolve(path))
}
