import { resolve } from 'node:path'
import { inputOptions, resolveWritten, withSecretInputs, writtenInputs, type WrittenInputs } from './given-inputs.js'
import { refuseWrongInputs } from './configuration-problems.js'
import { redactErrorsWith } from '../redaction/error-redactor.js'
import type { Redactor } from '../redaction/redact.js'
import type { Configuration } from './load/configuration.js'
import { buildScope, resolveInputs, type GivenInputs, type GivenOrigin } from './load/resolve-inputs.js'
import type { Definitions } from './definition.js'
import type { Scope } from '../definitions/expression/expression.js'
import type { EnvironmentSource } from '../environment/environment-source.js'
import type { TestedEnvironment } from '../environment/environment.js'
import { loadPacks } from './list-checks.js'
import { redactorFor } from './secrets.js'
import type { DefinitionOptions } from './settings.js'
import { readTestedEnvironment, type EnvironmentOptions } from '../environment/tested-environment.js'

export interface GroundOptions extends DefinitionOptions {
  readonly environment: EnvironmentOptions
  /** `name=value`, as given. */
  readonly inputs: readonly string[]
}

/** What is known of a deployment before anything is selected or contacted. */
export interface Ground {
  readonly configuration: Configuration
  readonly definitions: Definitions
  readonly environment: TestedEnvironment
  /** The inputs with their values. */
  readonly given: GivenInputs
  /** The same as they are written, for what is compared from host to host. */
  readonly written: WrittenInputs
  /** Why an input that was given has no value, by its name. */
  readonly unresolved: GivenOrigin['unresolved']
  readonly redactor: Redactor
}

/** @throws UsageError or DefinitionsError, whichever of the user's words is wrong */
export async function readGround(options: GroundOptions, configuration: Configuration): Promise<Ground> {
  const packs = await loadPacks(options, configuration)
  refuseWrongInputs(configuration, packs, inputOptions(options.inputs).keys())
  const environment = await readTestedEnvironment({
    ...options.environment,
    files: environmentFiles(options.environment, configuration),
  })
  const written = await writtenInputs(configuration, options.inputs)
  const definitions = withSecretInputs(packs, written)
  const { given, unresolved } = resolveWritten(written, definitions, environment)
  const redactor = redactorFor(definitions, environment, given)
  redactErrorsWith(redactor)
  return { configuration, definitions, environment, given, written, unresolved, redactor }
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
  { definitions, environment, given, written, unresolved }: Ground,
  profile: string,
  needed?: (system: string) => ReadonlySet<string>,
): ReadonlyMap<string, Scope> {
  const origin: GivenOrigin = { unresolved, folderOf: (name) => written.inputs.get(name)?.folder }
  return new Map(
    definitions.packs.map((pack) => {
      const own = Object.fromEntries(
        Object.entries(given).filter(([name]) => pack.inputs.some((input) => input.name === name)),
      )
      const scope = buildScope(environment, pack, profile)
      return [pack.system, resolveInputs(pack, own, scope, needed?.(pack.system), origin)]
    }),
  )
}

/** The deployment's checkout: by convention packs call that input `repository`. */
export function repositoryInput({ given, written }: Pick<Ground, 'given' | 'written'>): string | undefined {
  const folder = Object.hasOwn(given, 'repository') ? given['repository'] : undefined
  if (typeof folder !== 'string' || folder === '') return undefined
  return resolve(written.inputs.get('repository')?.folder ?? '.', folder)
}
