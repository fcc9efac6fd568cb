import { resolve } from 'node:path'
import { resolveWritten, withSecretInputs, writtenInputs, type WrittenInputs } from './given-inputs.js'
import { refuseWrongInputs, loadPacks } from './list-checks.js'
import { fullInputName } from './input-names.js'
import { redactErrorsWith } from '../redaction/error-redactor.js'
import type { Redactor } from '../redaction/redact.js'
import type { Configuration } from './load/configuration.js'
import { buildScope, resolveInputs, type GivenInputs, type GivenOrigin } from './load/resolve-inputs.js'
import type { Definitions } from './definition.js'
import type { Scope } from '../definitions/expression/expression.js'
import type { TestedEnvironment } from '../environment/environment.js'
import { redactorFor } from './secrets.js'
import type { DefinitionOptions } from './settings.js'
import {
  isEnvironmentNamed,
  readTestedEnvironment,
  type EnvironmentOptions,
} from '../environment/tested-environment.js'
import { chosenEnvironment, type EnvironmentAsked } from './environment/choose-environment.js'
import type { InputOption } from './input-options.js'

export interface GroundOptions extends DefinitionOptions {
  readonly environment: EnvironmentOptions
  /** Who is asked for the environment where none was named and one is needed; no person when left out. */
  readonly environmentAsked?: EnvironmentAsked | undefined
  /** What was read there already: then nothing of it is read again. */
  readonly environmentRead?: TestedEnvironment | undefined
  readonly inputs: readonly InputOption[]
}

/** What is written of a deployment, before its environment is read. */
export interface WrittenGround {
  readonly configuration: Configuration
  readonly definitions: Definitions
  /** The inputs as they are written, for what is compared from host to host. */
  readonly written: WrittenInputs
}

/** What is known of a deployment before anything is selected or contacted. */
export interface Ground extends WrittenGround {
  readonly environment: TestedEnvironment
  /** Where that comes from, be it named or picked; none: nothing was read, and it is empty. */
  readonly sources: EnvironmentOptions
  /** The inputs with their values, by full name. */
  readonly given: GivenInputs
  /** Why an input that was given has no value, by its full name. */
  readonly unresolved: GivenOrigin['unresolved']
  readonly redactor: Redactor
}

/** @throws UsageError or DefinitionsError, whichever of the user's words is wrong */
export async function readWritten(options: GroundOptions, configuration: Configuration): Promise<WrittenGround> {
  const packs = await loadPacks(options, configuration)
  const written = await writtenInputs(configuration, packs, options.inputs)
  refuseWrongInputs(configuration, packs, written.named)
  return { configuration, definitions: withSecretInputs(packs, written), written }
}

/**
 * Adds the environment under test, and masks from now on what is secret in it.
 *
 * @param read what was read there already
 */
export async function withEnvironment(
  ground: WrittenGround,
  sources: EnvironmentOptions,
  read?: TestedEnvironment,
): Promise<Ground> {
  const environment = read ?? (await readTestedEnvironment(sources))
  const { given, unresolved } = resolveWritten(ground.written, ground.definitions, environment)
  const redactor = redactorFor(ground.definitions, environment, given)
  redactErrorsWith(redactor)
  return { ...ground, environment, sources, given, unresolved, redactor }
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
 * The command line's sources, else the deployment file's, which --env-pid replaces as well; `undefined` when none
 * is named.
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
  ground: Pick<Ground, 'definitions' | 'environment' | 'sources' | 'given' | 'written' | 'unresolved'>,
  profile: string,
  needed?: (system: string) => ReadonlySet<string>,
): ReadonlyMap<string, Scope> {
  const { definitions, environment, sources, given, written, unresolved } = ground
  const read = isEnvironmentNamed(sources) ? environment : undefined
  const origin: GivenOrigin = { unresolved, folderOf: (name) => written.inputs.get(name)?.folder }
  return new Map(
    definitions.packs.map((pack) => [
      pack.system,
      resolveInputs(pack, given, buildScope(read, pack, profile), needed?.(pack.system), origin),
    ]),
  )
}

/** The deployment's checkout, of the first pack that is given one: by convention packs call that input `repository`. */
export function repositoryInput({
  definitions,
  given,
  written,
}: Pick<Ground, 'definitions' | 'given' | 'written'>): string | undefined {
  for (const { system } of definitions.packs) {
    const name = fullInputName({ system, name: 'repository' })
    const folder = Object.hasOwn(given, name) ? given[name] : undefined
    if (typeof folder === 'string' && folder !== '') return resolve(written.inputs.get(name)?.folder ?? '.', folder)
  }
  return undefined
}
