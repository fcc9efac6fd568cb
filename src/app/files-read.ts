import type { Configuration } from '../load/configuration.js'
import { fileOf } from '../model/environment-source.js'
import { environmentFiles, type GroundOptions } from './ground.js'
import { lockFileOf } from './locked-selection/lock-file.js'
import { findPackFiles } from '../load/pack-files.js'
import { Problems } from '../load/problems.js'
import { configurationFileName, packRoots, readConfiguration, type DefinitionOptions } from './settings.js'

export interface FilesReadOptions extends GroundOptions {
  readonly knownSecretsFile: string | undefined
  readonly waiversFile?: string | undefined
  readonly lockFile?: string | undefined
}

/**
 * The files that a run is told to read, on the command line or by the deployment file: the environment with its secrets, waivers, the lock, the definitions.
 * They are there once; a report that is put in their place would be the end of them. A deployment file that is wrong names none.
 */
export async function filesRead(options: FilesReadOptions): Promise<readonly string[]> {
  return [...(await filesReadBesideLock(options)), lockFileOf(options)]
}

/** The same for who writes the lock. */
export async function filesReadBesideLock(options: Omit<FilesReadOptions, 'lockFile'>): Promise<readonly string[]> {
  const configuration = await readConfiguration(options).catch(() => undefined)
  const named = [options.config ?? configurationFileName, options.knownSecretsFile, options.waiversFile]
  const sources = [...options.environment.files, ...(configuration === undefined ? [] : environmentFiles(options, configuration))]
  return [...named, ...configured(configuration), ...sources.map(fileOf), ...(await definitionFiles(options, configuration).catch(() => []))].filter((file) => file !== undefined)
}

/** Every file of every pack, right or wrong: what is wrong with it is told when it is read. */
async function definitionFiles(options: DefinitionOptions, configuration: Configuration | undefined): Promise<readonly string[]> {
  const roots = configuration === undefined ? [] : packRoots(options, configuration)
  const found = await Promise.all(roots.map((root) => findPackFiles(root, new Problems())))
  return found.flatMap(({ files, selection }) => [...files.map(({ path }) => path), ...(selection === undefined ? [] : [selection.path])])
}

function configured(configuration: Configuration | undefined): readonly (string | undefined)[] {
  return configuration === undefined ? [] : [configuration.knownSecrets, configuration.waivers.file, configuration.waivers.signers]
}
