import type { Person } from '../../engine/person.js'
import type { DefinitionOptions } from '../../checks/settings.js'
import type { EnvironmentOptions } from '../../environment/tested-environment.js'

/** Where runbooks, and the checks their guards judge, come from. */
export interface RunbookSource {
  readonly definitions: DefinitionOptions
  /** Further folders of runbooks, beside the built-in ones. */
  readonly runbooks: readonly string[]
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
  /** `name=value`: inputs of the checks. */
  readonly inputs: readonly string[]
  /** Who is asked for what is missing; nobody where only a plan is made without a terminal. */
  readonly person: Person | undefined
}
