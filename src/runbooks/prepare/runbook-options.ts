import type { InputOption } from '../../checks/input-options.js'
import type { Person } from '../../engine/person.js'
import { type DefinitionOptions, packRoots } from '../../checks/settings.js'
import type { EnvironmentAsked } from '../../checks/environment/choose-environment.js'
import type { EnvironmentOptions } from '../../environment/tested-environment.js'
import type { Configuration } from '../../checks/load/configuration.js'
import { loadDefinitions } from '../../checks/load/load-definitions.js'
import type { Definitions } from '../../checks/definition.js'
import { DefinitionsError } from '../../base/errors.js'
import { collectorRegistry, probeRegistry } from '../../engine/folder-registry.js'

/** Where runbooks, and the checks their guards judge, come from. */
export interface RunbookSource {
  readonly definitions: DefinitionOptions
  /** Further folders of runbooks, beside the built-in ones and those of the deployment file. */
  readonly runbooks: readonly string[]
}

/** The folders of runbooks beside the built-in ones: the deployment file's, then the command line's. */
export function runbookFolders(
  { runbooks }: Pick<RunbookSource, 'runbooks'>,
  configuration: Pick<Configuration, 'runbooks'>,
): readonly string[] {
  return [...configuration.runbooks, ...runbooks]
}

/** What a run is given, as it comes from the command line. */
export interface GivenToRunbook {
  /** `name=value` */
  readonly parameters: readonly string[]
  /** `name=VARIABLE`: secrets. */
  readonly parameterVariables: readonly string[]
  readonly parameterFile: string | undefined
  /** The environment under test: for guards, for drivers, and where secret parameters are looked for first. */
  readonly environment: EnvironmentOptions
  /** Who is asked for it where none was named and a step needs one; nobody when left out. */
  readonly environmentAsked?: EnvironmentAsked | undefined
  /** Inputs of the checks. */
  readonly inputs: readonly InputOption[]
  /** Who is asked for what is missing; no one where only a plan is made without a terminal. */
  readonly person: Person | undefined
}

/** Where no pack can be read: every variable is taken for a secret then. */
const none: Definitions = Object.freeze({
  packs: [],
  checks: new Map(),
  profiles: new Map(),
  defaultSelection: [],
  digest: '',
})

/**
 * The packs of a run.
 *
 * @param isTakenBack packs with a mistake do not keep a run from being undone: a step of it that judges checks says
 *   then what is wrong
 * @throws DefinitionsError with every problem of the packs
 */
export async function definitionsOf(
  { definitions: options }: RunbookSource,
  configuration: Configuration,
  isTakenBack: boolean,
): Promise<Definitions> {
  const { definitions, diagnostics } = await loadDefinitions(
    packRoots(options, configuration),
    probeRegistry,
    collectorRegistry,
  )
  if (definitions !== undefined && diagnostics.length === 0) return definitions
  if (isTakenBack) return none
  throw new DefinitionsError(diagnostics)
}
