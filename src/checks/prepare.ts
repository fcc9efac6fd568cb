import { missingInputs, MissingInputsError } from './missing-inputs.js'
import { refuseWrongSelection } from './list-checks.js'
import { fullInputName } from './input-names.js'
import { buildPlan } from './plan/build-plan.js'
import type { Plan } from './plan/plan.js'
import type { CheckDefinition } from './definition.js'
import type { Scope } from '../definitions/expression/expression.js'
import { DefinitionsError, type Diagnostic } from '../base/errors.js'
import type { Probe, Surroundings } from '../engine/probe.js'
import { probeRegistry } from '../engine/folder-registry.js'
import type { Configuration } from './load/configuration.js'
import {
  namedEnvironment,
  readWritten,
  scopesOf,
  withEnvironment,
  type Ground,
  type GroundOptions,
  type WrittenGround,
} from './ground.js'
import { chosenEnvironment } from './environment/choose-environment.js'
import { needOf, variablesRead } from './environment/variables-read.js'
import { isEnvironmentNamed, type EnvironmentOptions } from '../environment/tested-environment.js'
import { selectionRequest, type SelectionOptions } from './settings.js'
import { inputsOfPeers, sparedPeers, type SparedPeers } from './peers.js'

export interface PrepareOptions extends GroundOptions {
  readonly selection: SelectionOptions
  /** Goes on without an environment where none is named, although variables are read: none of them has a value then. */
  readonly isEnvironmentOptional?: boolean
}

/** Everything a run or a plan is based on, before anything is contacted. */
export interface PreparedRun extends Ground {
  readonly plan: Plan
  /** Every kind the plan uses. */
  readonly probes: ReadonlyMap<string, Probe>
  /** What its packs say of how often addresses may be asked. */
  readonly peers: SparedPeers
  /** What the checks of its system see. */
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
  const written = await readWritten(options, configuration)
  const { definitions } = written
  const named = namedEnvironment(options.environment, configuration)
  // Read first where it is known, so that no message shows what is secret in it.
  const early = named === undefined ? undefined : await withEnvironment(written, named, options.environmentRead)
  refuseWrongSelection(options.selection, configuration, definitions)
  const plan = planOf(definitions, selectionRequest(options.selection, configuration))
  const checks = plan.checks.map((planned) => planned.definition)
  const { inputs, unread } = written.written
  const missing = missingInputs(definitions, checks, new Set([...inputs.keys(), ...unread.keys()]))
  if (missing.length > 0) throw new MissingInputsError(missing, configuration)
  const ground = early ?? (await withEnvironment(written, await sourcesFor(checks, written, options)))
  // Without an environment that is optional, what it would fill in is unknown, and no mistake.
  const problems = unresolvedOf(checks, isEnvironmentNamed(ground.sources) ? ground.unresolved : unread)
  if (problems.length > 0) throw new DefinitionsError(problems)
  const kinds = [...new Set(checks.map((check) => check.probe.kind))]
  const probes = new Map(await Promise.all(kinds.map(async (kind) => [kind, await probeRegistry.load(kind)] as const)))
  const systems = new Set(checks.map(({ system }) => system))
  const packs = ground.definitions.packs.filter(({ system }) => systems.has(system))
  const scopes = scopesOf(
    ground,
    plan.profile,
    (system) =>
      new Set([
        ...checks.filter((check) => check.system === system).flatMap((check) => check.inputs),
        ...packs.filter((pack) => pack.system === system).flatMap(inputsOfPeers),
      ]),
  )
  return { ...ground, plan, probes, peers: sparedPeers(packs, scopes), scopeOf: (check) => scopes.get(check.system)! }
}

/** Where the environment comes from that was not named. */
function sourcesFor(
  checks: readonly CheckDefinition[],
  { configuration, definitions, written }: WrittenGround,
  { environmentAsked, isEnvironmentOptional }: PrepareOptions,
): Promise<EnvironmentOptions> {
  const need = isEnvironmentOptional === true ? undefined : needOf(variablesRead(checks, definitions, written))
  return chosenEnvironment(need, configuration, environmentAsked)
}

/** Why inputs that were given and that checks read have no value. */
function unresolvedOf(checks: readonly CheckDefinition[], unresolved: Ground['unresolved']): readonly Diagnostic[] {
  const read = new Set(checks.flatMap(({ system, inputs }) => inputs.map((name) => fullInputName({ system, name }))))
  return [...unresolved].filter(([name]) => read.has(name)).map(([, problem]) => problem)
}

/** What each check of a run finds around it. */
export function surroundingsOf(
  { definitions, environment, scopeOf }: PreparedRun,
  knownSecretsFile: string | undefined,
): (check: CheckDefinition) => Surroundings {
  const bySystem = new Map<string, Surroundings>()
  return (check) => {
    const known = bySystem.get(check.system)
    if (known !== undefined) return known
    const { variables, inputs } = definitions.packs.find(({ system }) => system === check.system)!
    const secretInputs = new Set(inputs.filter((input) => input.secret).map((input) => input.name))
    const made = { environment, variables, secretInputs, knownSecretsFile, scope: scopeOf(check) }
    bySystem.set(check.system, made)
    return made
  }
}
