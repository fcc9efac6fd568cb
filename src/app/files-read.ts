import type { Configuration } from '../load/configuration.js'
import { fileOf } from '../model/environment-source.js'
import { environmentFiles, type GroundOptions } from './ground.js'
import { lockFileOf } from './locked-selection/lock-file.js'
import { configurationFileName, readConfiguration } from './settings.js'

export interface FilesReadOptions extends GroundOptions {
  readonly knownSecretsFile: string | undefined
  readonly waiversFile?: string | undefined
  readonly lockFile?: string | undefined
}

/**
 * The files that a run is told to read, on the command line or by the deployment file: the environment with its secrets, waivers, the lock.
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
  return [...named, ...configured(configuration), ...sources.map(fileOf)].filter((file) => file !== undefined)
}

function configured(configuration: Configuration | undefined): readonly (string | undefined)[] {
  return configuration === undefined ? [] : [configuration.knownSecrets, configuration.waivers.file, configuration.waivers.signers]
}
