import { missingInputs, MissingInputsError } from './missing-inputs.js'
import { refuseWrongSelection } from './configuration-problems.js'
import { buildPlan } from './plan/build-plan.js'
import type { CheckDefinition } from './definition.js'
import type { Scope } from '../definitions/expression/expression.js'
import { DefinitionsError, type Diagnostic } from '../base/position.js'
import type { Plan } from './plan/plan.js'
import type { Probe } from '../engine/probe.js'
import { probeRegistry } from '../engine/folder-registry.js'
import type { Configuration } from './load/configuration.js'
import { readGround, scopesOf, type Ground, type GroundOptions } from './ground.js'
import { selectionRequest, type SelectionOptions } from './settings.js'
import type { Surroundings } from '../engine/expectation.js'

export interface PrepareOptions extends GroundOptions {
  readonly selection: SelectionOptions
}

/** Everything a run or a plan is based on, before anything is contacted. */
export interface PreparedRun extends Ground {
  readonly plan: Plan
  /** Every kind the plan uses. */
  readonly probes: ReadonlyMap<string, Probe>
  scopeOf(check: CheckDefinition): Scope
}

/**
 * Loads, reads, selects and resolves. Nothing is contacted and nothing is run.
 *
 * @param configuration the deployment file
 * @param planOf how a selection becomes a plan, where a lock has a say in that
 * @throws UsageError, DefinitionsError or PreflightError, whichever of the user's words is wrong
 */
export async function prepare(
  options: PrepareOptions,
  configuration: Configuration,
  planOf: typeof buildPlan = buildPlan,
): Promise<PreparedRun> {
  const ground = await readGround(options, configuration)
  const { definitions, given, unresolved } = ground
  refuseWrongSelection(options.selection, configuration, definitions)
  const plan = planOf(definitions, selectionRequest(options.selection, configuration))
  const checks = plan.checks.map((planned) => planned.definition)
  const problems = unresolvedOf(checks, unresolved)
  if (problems.length > 0) throw new DefinitionsError(problems)
  const missing = missingInputs(definitions, checks, new Set(Object.keys(given)))
  if (missing.length > 0) throw new MissingInputsError(missing, configuration)
  const kinds = [...new Set(checks.map((check) => check.probe.kind))]
  const probes = new Map(await Promise.all(kinds.map(async (kind) => [kind, await probeRegistry.load(kind)] as const)))
  const scopes = scopesOf(
    ground,
    plan.profile,
    (system) => new Set(checks.filter((check) => check.system === system).flatMap((check) => check.inputs)),
  )
  return { ...ground, plan, probes, scopeOf: (check) => scopes.get(check.system)! }
}

/** Why inputs that were given and that checks read have no value. */
function unresolvedOf(checks: readonly CheckDefinition[], unresolved: Ground['unresolved']): readonly Diagnostic[] {
  const read = new Set(checks.flatMap(({ inputs }) => inputs))
  return [...unresolved].filter(([name]) => read.has(name)).map(([, problem]) => problem)
}

/** What each check of a run finds around it. */
export function surroundingsOf(
  { definitions, environment, scopeOf }: PreparedRun,
  knownSecretsFile: string | undefined,
): (check: CheckDefinition) => Surroundings {
  const bySystem = new Map(
    definitions.packs.map((pack) => {
      const secretInputs = new Set(pack.inputs.filter((input) => input.secret).map((input) => input.name))
      return [pack.system, { environment, variables: pack.variables, secretInputs, knownSecretsFile }]
    }),
  )
  return (check) => ({ ...bySystem.get(check.system)!, scope: scopeOf(check) })
}
