import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Configuration } from './load/configuration.js'
import { filesBeside } from '../environment/sources/read-source.js'
import { fileOf } from '../environment/environment-source.js'
import { noEnvironment } from '../environment/tested-environment.js'
import { environmentFilesAt, environmentFolders } from './environment/choose-environment.js'
import { namedEnvironment, type GroundOptions } from './ground.js'
import { inputFiles } from './input-options.js'
import { lockFileOf } from './lock/selection-lock-file.js'
import { builtinAlerts, builtinChecks, builtinRunbooks } from '../base/package.js'
import { configurationFileOf, noConfiguration, readConfiguration } from './settings.js'

interface FilesReadOptions extends GroundOptions {
  readonly knownSecretsFile?: string | undefined
  readonly waiversFile?: string | undefined
  readonly lockFile?: string | undefined
  readonly fingerprintKeyFile?: string | undefined
  /** Further folders of runbooks. */
  readonly runbooks?: readonly string[]
  /** Further folders of alerts. */
  readonly alerts?: readonly string[]
}

/** Of a command that reads no environment and is given no inputs. */
export const noGround = { environment: noEnvironment, inputs: [] } as const

/**
 * What a command reads, on its command line or by the deployment file: the environment with its secrets, waivers, the
 * lock, inputs that name a file, and the folders of packs, runbooks and alerts, of which every file counts. They are
 * there once; a report that is put in their place would be the end of them.
 *
 * @param written what the command writes anew, and reads only for that
 */
export async function filesRead(
  options: FilesReadOptions,
  configuration: Configuration,
  written?: 'lock' | 'waivers',
): Promise<readonly string[]> {
  const { knownSecrets, waivers } = configuration
  const named = namedEnvironment(options.environment, configuration)
  const sources = named?.files ?? []
  const configured = Object.values(configuration.inputs).flatMap(({ value, file, template }) =>
    template === undefined ? [file ?? value ?? []].flat() : [],
  )
  const inputs = [
    ...options.inputs.flatMap((input) =>
      typeof input === 'string' && input.indexOf('=') > 0 ? [input.slice(input.indexOf('=') + 1)] : [],
    ),
    ...(await inputFiles(options.inputs)),
    ...configured.map((path) => resolve(dirname(configurationFileOf(options)), path)),
  ]
  const folders = [
    builtinChecks,
    ...configuration.checks,
    ...options.checks,
    builtinRunbooks,
    ...configuration.runbooks,
    ...(options.runbooks ?? []),
    builtinAlerts,
    ...configuration.alerts,
    ...(options.alerts ?? []),
  ]
  const all = [
    configurationFileOf(options),
    options.knownSecretsFile,
    knownSecrets,
    options.fingerprintKeyFile,
    ...(written === 'lock' ? [] : [lockFileOf(options).label]),
    ...(written === 'waivers' ? [] : [options.waiversFile, waivers.file]),
    ...(waivers.file === undefined ? [] : [`${waivers.file}.sig`]),
    waivers.signers,
    ...sources.map(fileOf),
    // One of them may be picked.
    ...(named === undefined ? await environmentFilesAt(environmentFolders(configuration)) : []),
    ...(await Promise.all(sources.map(filesBeside))).flat(),
    // A folder that is given, such as the checkout, may well hold reports.
    ...(await filesAmong(inputs)),
    ...(await Promise.all(folders.map(placesOf))).flat(),
  ]
  return all.filter((file) => file !== undefined)
}

/** The same for a command that reads its deployment file only later. One that is wrong names no files. */
export async function filesToRead(options: FilesReadOptions): Promise<readonly string[]> {
  return filesRead(options, await readConfiguration(options).catch(() => noConfiguration))
}

/** The same for a command without definitions. */
export function filesReadByDefault(): Promise<readonly string[]> {
  return filesToRead({ ...noGround, checks: [], noBuiltin: false, config: undefined })
}

async function filesAmong(paths: readonly string[]): Promise<readonly string[]> {
  const isFile = await Promise.all(paths.map(kindOf))
  return paths.filter((_, index) => isFile[index] === 'file')
}

/**
 * Of a root of packs, runbooks or alerts the folders of systems, in which checks, runbooks and what they name lie, and
 * the files at its top that are read. What does not belong there is reported when it is read.
 */
async function placesOf(root: string): Promise<readonly string[]> {
  const names = await readdir(root).catch(() => [])
  const paths = names.filter((name) => !name.startsWith('.')).map((name) => join(resolve(root), name))
  const isPlace = await Promise.all(
    paths.map(async (path) => /\.ya?ml$/i.test(path) || (await kindOf(path)) === 'folder'),
  )
  return paths.filter((_, index) => isPlace[index])
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const status = await stat(path).catch(() => undefined)
  return status?.isFile() === true ? 'file' : status?.isDirectory() === true ? 'folder' : undefined
}
