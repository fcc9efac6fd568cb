import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { PreflightError, UsageError, exitCodes } from '../../base/errors.js'
import { UnansweredError, type Person } from '../../engine/person.js'
import { thisShell } from '../../environment/environment-source.js'
import { noEnvironment, type EnvironmentOptions } from '../../environment/tested-environment.js'
import type { Configuration } from '../load/configuration.js'

/** Who is asked which environment is meant, where none was named. */
export interface EnvironmentAsked {
  readonly person: Person
  readonly signal: AbortSignal
}

/** The ways to name an environment. */
export const waysToNameIt =
  'give --env-file FILE, --env-pid PID of a running process, or --env-shell for the environment of this shell; or write environment: in preflight.yaml'

/**
 * Where the environment under test comes from when it is not named: nowhere if nothing reads it, else what the person
 * at the terminal picks. It is never guessed.
 *
 * @param need why one is needed, as a clause; `undefined` when nothing reads it
 * @throws UsageError when one is needed and no person can be asked, or no source is picked; PreflightError when the
 *   question is not answered
 */
export async function chosenEnvironment(
  need: string | undefined,
  configuration: Pick<Configuration, 'file'>,
  asked: EnvironmentAsked | undefined,
): Promise<EnvironmentOptions> {
  if (need === undefined) return noEnvironment
  if (asked === undefined) throw unnamedEnvironment(need)
  const files = await environmentFilesAt(environmentFolders(configuration))
  const answer = await pick(asked, need, files)
  if (answer === none) throw unnamedEnvironment(need)
  return { ...noEnvironment, files: [answer === shell ? thisShell : answer.slice(filePrefix.length)] }
}

/** No file is called so: the name of one has a prefix among the answers. */
const shell = 'shell'
const none = 'none'
const filePrefix = 'file '

async function pick({ person, signal }: EnvironmentAsked, need: string, files: readonly string[]): Promise<string> {
  try {
    return await person.pick(
      {
        ask: 'Which environment do you mean?',
        explain: `No environment was named, and ${need}. To skip this question, ${waysToNameIt}.`,
      },
      [
        ...files.map((file) => ({ value: `${filePrefix}${file}`, title: file })),
        { value: shell, title: "this shell's own" },
        { value: none, title: 'none of these' },
      ],
      signal,
    )
  } catch (error) {
    if (!(error instanceof UnansweredError)) throw error
    throw new PreflightError('unanswered', exitCodes.usage, error.message, { hint: waysToNameIt, cause: error })
  }
}

export function unnamedEnvironment(need: string): UsageError {
  return new UsageError(`no environment was named, and ${need}`, { hint: waysToNameIt })
}

/** Where environment files are looked for: the working folder, and that of the deployment file. */
export function environmentFolders({ file }: Pick<Configuration, 'file'>): readonly string[] {
  return ['.', dirname(file)]
}

/** Files that show the form of an environment and hold none. */
const example = /[._-](?:example|sample|template|dist)$/

/** `.env*` files in folders, by name, each once; a folder that cannot be read has none. */
export async function environmentFilesAt(folders: readonly string[]): Promise<readonly string[]> {
  const found = new Map<string, string>()
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => [])
    for (const name of names.filter((each) => each.startsWith('.env') && !example.test(each)).toSorted()) {
      const path = join(folder, name)
      const isFile = (await stat(path).catch(() => undefined))?.isFile() === true
      if (isFile && !found.has(resolve(path))) found.set(resolve(path), path)
    }
  }
  return [...found.values()]
}
