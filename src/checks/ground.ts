import { redactErrorsWith } from '../redaction/error-redactor.js'
import type { Redactor } from '../redaction/redact.js'
import type { Configuration } from './load/configuration.js'
import { refuseUnknownInputs, resolveInputs, type GivenInputs, buildScope } from './load/resolve-inputs.js'
import type { Definitions } from './definition.js'
import type { Scope } from '../definitions/expression/expression.js'
import type { EnvironmentSource } from '../environment/environment-source.js'
import type { TestedEnvironment } from '../environment/environment.js'
import { loadPacks } from './list-checks.js'
import { redactorFor } from './secrets.js'
import type { DefinitionOptions } from './settings.js'
import { readTestedEnvironment, type EnvironmentOptions } from '../environment/tested-environment.js'
import { UsageError } from '../base/errors.js'

export interface GroundOptions extends DefinitionOptions {
  readonly environment: EnvironmentOptions
  /** What was read there already: then nothing of it is read again. */
  readonly environmentRead?: TestedEnvironment | undefined
  /** `name=value`, as given. */
  readonly inputs: readonly string[]
}

/** What is known of a deployment before anything is selected or contacted. */
export interface Ground {
  readonly configuration: Configuration
  readonly definitions: Definitions
  readonly environment: TestedEnvironment
  readonly given: GivenInputs
  readonly redactor: Redactor
}

/** @throws UsageError or DefinitionsError, whichever of the user's words is wrong */
export async function readGround(options: GroundOptions, configuration: Configuration): Promise<Ground> {
  const definitions = await loadPacks(options, configuration)
  const given = givenInputs(configuration, options.inputs)
  refuseUnknownInputs(definitions, given)
  const environment =
    options.environmentRead ??
    (await readTestedEnvironment({
      ...options.environment,
      files: environmentFiles(options.environment, configuration),
    }))
  const redactor = redactorFor(definitions, environment, given)
  redactErrorsWith(redactor)
  return { configuration, definitions, environment, given, redactor }
}

/** The command line's sources, else the deployment file's; with --env-pid only those of the command line. */
export function environmentFiles(
  { files, pid }: EnvironmentOptions,
  { envFiles }: Pick<Configuration, 'envFiles'>,
): readonly EnvironmentSource[] {
  return files.length > 0 || pid !== undefined ? files : envFiles
}

/**
 * What expressions of each system see. @param needed of a system, the inputs to resolve; all that can be when left out
 */
export function scopesOf(
  { definitions, environment, given }: Ground,
  profile: string,
  needed?: (system: string) => ReadonlySet<string>,
): ReadonlyMap<string, Scope> {
  return new Map(
    definitions.packs.map((pack) => {
      const own = Object.fromEntries(
        Object.entries(given).filter(([name]) => pack.inputs.some((input) => input.name === name)),
      )
      return [pack.system, resolveInputs(pack, own, buildScope(environment, pack, profile), needed?.(pack.system))]
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
