import { buildScope } from '../load/scope.js'
import { missingInputs, refuseUnknownInputs, resolveInputs, type GivenInputs } from '../load/resolve-inputs.js'
import type { Configuration } from '../load/configuration.js'
import { buildPlan } from '../plan/build-plan.js'
import type { Redactor } from '../kernel/redact.js'
import type { CheckDefinition, Definitions, Scope } from '../model/definition.js'
import { DefinitionsError } from '../model/definitions-error.js'
import type { TestedEnvironment } from '../model/environment.js'
import type { Plan } from '../model/plan.js'
import type { Probe } from '../model/probe.js'
import { probeRegistry } from '../registry/probes.js'
import { givenInputs } from './inputs.js'
import { loadAll } from './load.js'
import { redactorFor } from './secrets.js'
import { selectionRequest, type DefinitionOptions, type SelectionOptions } from './settings.js'
import { readTestedEnvironment, type EnvironmentOptions } from './tested-environment.js'

export interface PrepareOptions extends DefinitionOptions {
  readonly selection: SelectionOptions
  readonly environment: EnvironmentOptions
  /** `name=value`, as given. */
  readonly inputs: readonly string[]
}

/** Everything a run or a plan stands on, before anything is contacted. */
export interface Prepared {
  readonly configuration: Configuration
  readonly definitions: Definitions
  readonly environment: TestedEnvironment
  readonly given: GivenInputs
  readonly plan: Plan
  /** Every kind the plan uses. */
  readonly probes: ReadonlyMap<string, Probe>
  readonly redactor: Redactor
  scopeOf(check: CheckDefinition): Scope
}

/**
 * Loads, reads, selects and resolves. Nothing is contacted and nothing is run.
 *
 * @throws UsageError, DefinitionsError or PreflightError, whichever of the user's words is wrong
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { configuration, definitions } = await loadAll(options)
  const given = givenInputs(configuration, options.inputs)
  refuseUnknownInputs(definitions, given)
  const plan = buildPlan(definitions, selectionRequest(options.selection, configuration))
  const environment = await readTestedEnvironment({ ...options.environment, files: environmentFiles(options, configuration) })
  const checks = plan.checks.map((planned) => planned.definition)
  const missing = missingInputs(definitions, checks, given)
  if (missing.length > 0) throw new DefinitionsError(missing)
  const kinds = [...new Set(checks.map((check) => check.probe.kind))]
  const probes = new Map(await Promise.all(kinds.map(async (kind) => [kind, await probeRegistry.load(kind)] as const)))
  const scopes = scopesOf(definitions, checks, environment, given, plan.profile)
  return { configuration, definitions, environment, given, plan, probes, redactor: redactorFor(definitions, environment, given), scopeOf: (check) => scopes.get(check.system)! }
}

/** The command line's files, else the deployment file's; with --env-pid only those of the command line. */
function environmentFiles({ environment }: PrepareOptions, configuration: Configuration): readonly string[] {
  return environment.files.length > 0 || environment.pid !== undefined ? environment.files : configuration.envFiles
}

function scopesOf(definitions: Definitions, checks: readonly CheckDefinition[], environment: TestedEnvironment, given: GivenInputs, profile: string): ReadonlyMap<string, Scope> {
  return new Map(
    definitions.packs.map((pack) => {
      const needed = new Set(checks.filter((check) => check.system === pack.system).flatMap((check) => check.inputs))
      const own = Object.fromEntries(Object.entries(given).filter(([name]) => pack.inputs.some((input) => input.name === name)))
      return [pack.system, resolveInputs(pack, own, buildScope(environment, pack, profile), needed)]
    }),
  )
}
