import { redactErrorsWith } from '../redaction/error-redactor.js'
import type { Redactor } from '../redaction/redact.js'
import type { Configuration } from './load/configuration.js'
import { refuseUnknownInputs, resolveInputs, type GivenInputs, buildScope } from './load/resolve-inputs.js'
import type { Definitions } from './definition.js'
import type { Scope } from '../definitions/expression/expression.js'
import type { TestedEnvironment } from '../environment/environment.js'
import { loadPacks } from './list-checks.js'
import { redactorFor } from './secrets.js'
import type { DefinitionOptions } from './settings.js'
import {
  isEnvironmentNamed,
  readTestedEnvironment,
  type EnvironmentOptions,
} from '../environment/tested-environment.js'
import { chosenEnvironment, type EnvironmentAsked } from './environment/choose-environment.js'
import { UsageError } from '../base/errors.js'

export interface GroundOptions extends DefinitionOptions {
  readonly environment: EnvironmentOptions
  /** Who is asked for the environment where none was named and one is needed; nobody when left out. */
  readonly environmentAsked?: EnvironmentAsked | undefined
  /** `name=value`, as given. */
  readonly inputs: readonly string[]
}

/** What is written of a deployment, before its environment is read. */
export interface WrittenGround {
  readonly configuration: Configuration
  readonly definitions: Definitions
  readonly given: GivenInputs
}

/** What is known of a deployment before anything is selected or contacted. */
export interface Ground extends WrittenGround {
  readonly environment: TestedEnvironment
  /** Where that comes from, be it named or picked; none: nothing was read, and it is empty. */
  readonly sources: EnvironmentOptions
  readonly redactor: Redactor
}

/** @throws UsageError or DefinitionsError, whichever of the user's words is wrong */
export async function readWritten(options: GroundOptions, configuration: Configuration): Promise<WrittenGround> {
  const definitions = await loadPacks(options, configuration)
  const given = givenInputs(configuration, options.inputs)
  refuseUnknownInputs(definitions, given)
  return { configuration, definitions, given }
}

/** Adds the environment under test, and masks from now on what is secret in it. */
export async function withEnvironment(written: WrittenGround, sources: EnvironmentOptions): Promise<Ground> {
  const environment = await readTestedEnvironment(sources)
  const redactor = redactorFor(written.definitions, environment, written.given)
  redactErrorsWith(redactor)
  return { ...written, environment, sources, redactor }
}

/**
 * @param needed why an environment is needed, as a clause; looked for only where none was named
 * @throws UsageError or DefinitionsError, whichever of the user's words is wrong
 */
export async function readGround(
  options: GroundOptions,
  configuration: Configuration,
  needed: (written: WrittenGround) => string | undefined,
): Promise<Ground> {
  const written = await readWritten(options, configuration)
  const sources =
    namedEnvironment(options.environment, configuration) ??
    (await chosenEnvironment(needed(written), configuration, options.environmentAsked))
  return withEnvironment(written, sources)
}

/**
 * The command line's sources, else the deployment file's, which --env-pid replaces as well; `undefined` when nobody
 * named any.
 */
export function namedEnvironment(
  options: EnvironmentOptions,
  { environment }: Pick<Configuration, 'environment'>,
): EnvironmentOptions | undefined {
  const { files, pid } = options
  const named = { ...options, files: files.length > 0 || pid !== undefined ? files : environment }
  return isEnvironmentNamed(named) ? named : undefined
}

/**
 * What expressions of each system see. @param needed of a system, the inputs to resolve; all that can be when left out
 */
export function scopesOf(
  { definitions, environment, sources, given }: Ground,
  profile: string,
  needed?: (system: string) => ReadonlySet<string>,
): ReadonlyMap<string, Scope> {
  const read = isEnvironmentNamed(sources) ? environment : undefined
  return new Map(
    definitions.packs.map((pack) => {
      const own = Object.fromEntries(
        Object.entries(given).filter(([name]) => pack.inputs.some((input) => input.name === name)),
      )
      return [pack.system, resolveInputs(pack, own, buildScope(read, pack, profile), needed?.(pack.system))]
    }),
  )
}

/**
 * What a deployment gives the packs: the deployment file's inputs, each `--input name=value` over them.
 *
 * @throws UsageError for an option that has no name, or the same name twice
 */
export function givenInputs(configuration: Pick<Configuration, 'inputs'>, options: readonly string[]): GivenInputs {
  const given = new Map<string, string>()
  for (const option of options) {
    const at = option.indexOf('=')
    // The text is not quoted: it may be a credential.
    if (at < 1) throw new UsageError('--input takes name=value', { hint: 'for example --input repository=/srv/bus' })
    const name = option.slice(0, at)
    if (given.has(name)) throw new UsageError(`--input ${name} is given twice`)
    given.set(name, option.slice(at + 1))
  }
  return { ...configuration.inputs, ...Object.fromEntries(given) }
}

/** The deployment's checkout: by convention packs call that input `repository`. */
export function repositoryInput(given: GivenInputs): string | undefined {
  const folder = Object.hasOwn(given, 'repository') ? given['repository'] : undefined
  return typeof folder === 'string' && folder !== '' ? folder : undefined
}
