import { resolve } from 'node:path'
import type { Redactor } from '../../kernel/redact.js'
import type { Configuration } from '../../load/configuration.js'
import type { ParameterValues } from '../../load/runbook/read-parameters.js'
import type { Definitions } from '../../model/definition.js'
import { fileOf, type EnvironmentSource } from '../../model/environment-source.js'
import type { TestedEnvironment } from '../../model/environment.js'
import type { RunbookDefinition, RunbookScope } from '../../model/runbook/definition.js'
import type { JournalEventOf } from '../../model/runbook/journal.js'
import type { PlannedStep } from '../../model/runbook/plan.js'
import type { StepKind } from '../../model/runbook/step-kind.js'
import { givenInputs } from '../inputs.js'
import { lockFileOf } from '../locked-selection/lock-file.js'
import { checkThings } from './covered/check-things.js'
import { environmentThings } from './covered/environment-things.js'
import { FileDigests } from './covered/file-digests.js'
import { groundThings } from './covered/ground-things.js'
import { asTold } from './judge-for-step.js'
import type { GivenToRunbook, RunbookSource } from './options.js'
import { planDocument, type MadePlan } from './plan-document.js'
import { checkRequests, stepSelections } from './step-selections.js'

/** What a plan is made of. */
export interface PlanGround {
  readonly options: RunbookSource & GivenToRunbook
  readonly runbook: RunbookDefinition
  readonly steps: readonly PlannedStep[]
  readonly kinds: ReadonlyMap<string, StepKind>
  readonly configuration: Configuration
  readonly environment: TestedEnvironment
  readonly sources: readonly EnvironmentSource[]
  /** What the steps that judge checks judge by; `undefined` when there are none. */
  readonly definitions: Definitions | undefined
  readonly values: ParameterValues
  readonly parameters: JournalEventOf<'run-started'>['parameters']
  readonly target: string
  readonly workingFolder: string
  readonly redactor: Redactor
  scopeOf(step: PlannedStep): RunbookScope
}

/**
 * The plan of a run, over all that decides it.
 *
 * @throws PreflightError (exit 3) for a step that would judge no check
 */
export async function coveredPlan(ground: PlanGround): Promise<MadePlan> {
  const { options, runbook, steps, kinds, configuration, sources, definitions, values, parameters, redactor, scopeOf } = ground
  const digests = new FileDigests()
  const requested = checkRequests(ground).flatMap(({ request }) => request.environmentFiles.map((file) => asTold(file, sources)))
  const environmentFiles = [...sources, ...requested]
  const checks =
    definitions === undefined
      ? []
      : await checkThings({ configuration, definitions, inputs: givenInputs(configuration, options.inputs), lockFile: resolve(lockFileOf(options.definitions)), selections: stepSelections({ steps, kinds, definitions, configuration, scopeOf }), redactor, salt: runbook.digest }, digests)
  return planDocument({
    ...ground,
    parameterFiles: runbook.parameters.flatMap(({ name, type }) => (type === 'path' ? [String(values[name])] : [])),
    checksDigest: definitions?.digest ?? null,
    ground: [...(await groundThings(options, ground.workingFolder, steps, parameters, digests)), ...checks, ...(await environmentThings(environmentFiles, options.environment, digests))],
    environmentFiles: new Set(environmentFiles.map((source) => resolve(fileOf(source)))),
    digests,
  })
}
