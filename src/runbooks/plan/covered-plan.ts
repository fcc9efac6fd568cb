import { resolve } from 'node:path'
import { DefinitionsError } from '../../base/errors.js'
import type { Redactor } from '../../redaction/redact.js'
import type { Configuration } from '../../checks/load/configuration.js'
import type { ParameterValues } from '../load/parameter-value.js'
import type { Definitions } from '../../checks/definition.js'
import { fileOf, type EnvironmentSource, sourceInRun } from '../../environment/environment-source.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { RunbookDefinition, RunbookScope } from '../definition/runbook-definition.js'
import type { JournalEventOf } from '../record/journal.js'
import type { PlannedStep } from './runbook-plan.js'
import type { StepKind } from '../definition/step-kind.js'
import { valuesOf, withSecretInputs, writtenInputs } from '../../checks/given-inputs.js'
import { refuseWrongInputs } from '../../checks/list-checks.js'
import { lockFileOf } from '../../checks/lock/selection-lock-file.js'
import { checkThings, environmentThings, inputThings } from './covered/check-things.js'
import { FileDigests, groundThings, type CoveredThing } from './covered/file-digests.js'
import type { GivenToRunbook, RunbookSource } from '../prepare/runbook-options.js'
import { planDocument, type MadePlan } from './plan-document.js'
import { checkRequests, stepSelections } from './step-selections.js'

/** What a plan is made of. */
interface PlanGround {
  readonly options: RunbookSource & GivenToRunbook
  readonly runbook: RunbookDefinition
  readonly steps: readonly PlannedStep[]
  readonly kinds: ReadonlyMap<string, StepKind>
  readonly configuration: Configuration
  readonly environment: TestedEnvironment
  readonly sources: readonly EnvironmentSource[]
  /** What the steps that judge checks judge by, and parameters default from; `undefined` when there are none. */
  readonly definitions: Definitions | undefined
  readonly judgesChecks: boolean
  /** Full names of the inputs that defaults of parameters read. */
  readonly inputsRead: ReadonlySet<string>
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
 * @throws UsageError or DefinitionsError for an input that no pack has or several have
 */
export async function coveredPlan(ground: PlanGround): Promise<MadePlan> {
  const { options, runbook, steps, configuration, sources, definitions, values, parameters } = ground
  const digests = new FileDigests()
  const requested = checkRequests(ground).flatMap(({ request }) =>
    request.environmentFiles.map((file) => sourceInRun(file, sources)),
  )
  const environmentFiles = [...sources, ...requested]
  const checks = definitions === undefined ? [] : await thingsOfChecks(ground, definitions, digests)
  return planDocument({
    ...ground,
    parameterFiles: runbook.parameters.flatMap(({ name, type }) => (type === 'path' ? [String(values[name])] : [])),
    checksDigest: ground.judgesChecks ? (definitions?.digest ?? null) : null,
    ground: [
      ...(await groundThings(options, configuration, ground.workingFolder, steps, parameters, digests)),
      ...checks,
      ...(await environmentThings(environmentFiles, options.environment, digests)),
    ],
    environmentFiles: new Set(environmentFiles.flatMap((source) => fileOf(source) ?? []).map((file) => resolve(file))),
    digests,
  })
}

async function thingsOfChecks(
  { options, runbook, steps, kinds, configuration, redactor, scopeOf, judgesChecks, inputsRead }: PlanGround,
  packs: Definitions,
  digests: FileDigests,
): Promise<readonly CoveredThing[]> {
  const written = await writtenInputs(configuration, packs, options.inputs)
  refuseWrongInputs(configuration, packs, written.named)
  const definitions = withSecretInputs(packs, written)
  const inputs = valuesOf(written)
  if (!judgesChecks) {
    const read = Object.fromEntries(Object.entries(inputs).filter(([name]) => inputsRead.has(name)))
    return inputThings({ inputs: read, definitions, redactor, salt: runbook.digest })
  }
  if (written.unread.size > 0) throw new DefinitionsError([...written.unread.values()])
  return checkThings(
    {
      configuration,
      definitions,
      inputs,
      lockFile: resolve(lockFileOf(options.definitions).label),
      selections: stepSelections({ steps, kinds, definitions, configuration, scopeOf }),
      redactor,
      salt: runbook.digest,
    },
    digests,
  )
}
