import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Configuration } from './load/configuration.js'
import { filesBeside } from '../environment/sources/read-source.js'
import { fileOf } from '../environment/environment-source.js'
import { environmentFiles, type GroundOptions } from './ground.js'
import { lockFileOf } from './lock/selection-lock-file.js'
import { builtinRunbooks } from '../base/package.js'
import { configurationFileName, packRoots, readConfiguration, type DefinitionOptions } from './settings.js'

export interface FilesReadOptions extends GroundOptions {
  readonly knownSecretsFile: string | undefined
  readonly waiversFile?: string | undefined
  readonly lockFile?: string | undefined
}

/** Of a command that reads no environment and is given no inputs. */
export const noGround = {
  environment: { files: [], pid: undefined, inherit: false },
  inputs: [],
  knownSecretsFile: undefined,
} as const

/**
 * What a command reads, on its command line or by the deployment file: the environment with its secrets, waivers, the
 * lock, inputs that name a file, and the folders of packs and runbooks, of which every file counts. They are there
 * once; a report that is put in their place would be the end of them. A deployment file that is wrong names none.
 *
 * @param configuration the deployment file, where it has been read
 */
export async function filesRead(options: FilesReadOptions, configuration?: Configuration): Promise<readonly string[]> {
  return [...(await filesReadBesideLock(options, configuration)), lockFileOf(options)]
}

/** The same for who writes the lock. */
export async function filesReadBesideLock(
  options: Omit<FilesReadOptions, 'lockFile'>,
  given?: Configuration,
): Promise<readonly string[]> {
  const configuration = given ?? (await readConfiguration(options).catch(() => undefined))
  const named = [options.config ?? configurationFileName, options.knownSecretsFile, options.waiversFile]
  const sources = [
    ...options.environment.files,
    ...(configuration === undefined ? [] : environmentFiles(options, configuration)),
  ]
  const beside = (await Promise.all(sources.map(filesBeside))).flat()
  const all = [
    ...named,
    ...configured(configuration),
    ...sources.map(fileOf),
    ...beside,
    ...(await inputFiles(options, configuration)),
    ...(await definitionPlaces(options, configuration)),
  ]
  return all.filter((file) => file !== undefined)
}

/** Whatever is given for an input may be the path of a file. A folder, such as the checkout, may well hold reports. */
async function inputFiles(
  { inputs }: Pick<FilesReadOptions, 'inputs'>,
  configuration: Configuration | undefined,
): Promise<readonly string[]> {
  const options = inputs
    .filter((option) => option.indexOf('=') > 0)
    .map((option) => option.slice(option.indexOf('=') + 1))
  const given = [...options, ...Object.values(configuration?.inputs ?? {}).flat()].map(String)
  const isFile = await Promise.all(
    given.map((path) =>
      stat(path).then(
        (status) => status.isFile(),
        () => false,
      ),
    ),
  )
  return given.filter((_, index) => isFile[index])
}

/**
 * Of every root the folders of systems, in which checks, runbooks and what they name lie, and the files at its top that
 * are read.
 */
async function definitionPlaces(
  options: DefinitionOptions,
  configuration: Configuration | undefined,
): Promise<readonly string[]> {
  const roots = [
    ...(configuration === undefined ? options.checks : packRootFolders(options, configuration)),
    builtinRunbooks,
  ]
  return (await Promise.all(roots.map(placesOf))).flat()
}

function packRootFolders(options: DefinitionOptions, configuration: Configuration): readonly string[] {
  const isEmpty = options.noBuiltin && options.checks.length + configuration.checks.length === 0
  return isEmpty ? [] : packRoots(options, configuration).map(({ folder }) => folder)
}

/** The places of a root of packs or runbooks. What does not belong there is told when it is read. */
async function placesOf(root: string): Promise<readonly string[]> {
  const names = await readdir(root).catch(() => [])
  const paths = names.filter((name) => !name.startsWith('.')).map((name) => join(resolve(root), name))
  const isPlace = async (path: string): Promise<boolean> =>
    /\.ya?ml$/i.test(path) ||
    (await stat(path).then(
      (status) => status.isDirectory(),
      () => false,
    ))
  const kept = await Promise.all(paths.map(isPlace))
  return paths.filter((_, index) => kept[index])
}

function configured(configuration: Configuration | undefined): readonly (string | undefined)[] {
  if (configuration === undefined) return []
  const { knownSecrets, waivers } = configuration
  const signatures = waivers.file === undefined ? [] : [`${waivers.file}.sig`]
  return [knownSecrets, waivers.file, ...signatures, waivers.signers]
}
