import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { codeOf } from '../base/errors.js'
import type { LadderProblem } from '../base/facts.js'
import { tmpdir, userInfo } from 'node:os'
import { surrounding } from '../base/own-environment.js'

export const startProblems = [
  'none',
  'folder-missing',
  'tool-missing',
  'tool-not-executable',
  'interpreter-missing',
] as const

export type StartProblem = LadderProblem<(typeof startProblems)[number]>

export const noStartProblem: StartProblem = { code: 'none', class: 'dependency', transient: false, detail: '' }

/**
 * Why a command cannot run in a folder, if the folder is the reason: the system says ENOENT for it and for the program
 * alike.
 */
export async function folderProblem(folder: string): Promise<StartProblem | undefined> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return isFolder
    ? undefined
    : { code: 'folder-missing', class: 'config', transient: false, detail: `${folder} is not a folder` }
}

/**
 * What a failed start says of the program.
 *
 * @param path the `PATH` that the program was looked for on
 * @throws Error for a failure that says nothing of it (too many processes, too long an argument list). The error of
 *   `spawn` itself carries the arguments and goes no further.
 */
export async function toolProblem(thrown: unknown, tool: string, folder: string, path: string): Promise<StartProblem> {
  const problem = (code: StartProblem['code'], detail: string): StartProblem => ({
    code,
    class: 'dependency',
    transient: false,
    detail,
  })
  const candidates = tool.includes('/')
    ? [resolve(folder, tool)]
    : path.split(delimiter).map((entry) => join(isAbsolute(entry) ? entry : resolve(folder, entry), tool))
  switch (codeOf(thrown)) {
    case 'ENOENT':
    case 'ENOTDIR':
      if (await anyExecutable(candidates))
        return problem('interpreter-missing', `${tool} exists, but the interpreter that its first line names does not`)
      return problem('tool-missing', tool.includes('/') ? `${tool} does not exist` : `${tool} was not found on PATH`)
    case 'EACCES':
    case 'ENOEXEC':
      return problem('tool-not-executable', `${tool} is not an executable file`)
    default:
      throw new Error(`the command could not be started (${codeOf(thrown) || 'unknown reason'})`)
  }
}

async function anyExecutable(files: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(
    files.map((file) =>
      access(file, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return answers.includes(true)
}

/** Whether the system refused to start a program: what it says of one that runs already is something else. */
export function isStartError(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown && String(thrown.syscall).startsWith('spawn')
}

/** Where execvp(3) looks when there is no PATH. */
const systemPath = '/bin:/usr/bin'

/**
 * The file that the system would start for a program, as execvp(3) looks for it: a name with a slash in it is a path;
 * of the folders of `PATH` the first with an executable file of that name counts, an empty one being the current
 * folder.
 *
 * @param cwd absolute folder that the program would start in
 * @param searchPath the `PATH` of the program to be; the empty string where it has none
 * @returns its absolute path, links unresolved; `undefined` when there is none that could be started
 */
export async function findProgram(name: string, cwd: string, searchPath: string): Promise<string | undefined> {
  if (name === '') return undefined
  const folders = (searchPath === '' ? systemPath : searchPath).split(delimiter)
  const candidates = name.includes('/') ? [resolve(cwd, name)] : folders.map((folder) => resolve(cwd, folder, name))
  for (const candidate of candidates) if (await isExecutable(candidate)) return candidate
  return undefined
}

/** Why a program could not be started, with its name left out; `undefined` where it can be. */
export async function programProblem({
  name,
  cwd,
  searchPath,
}: {
  readonly name: string
  readonly cwd: string
  readonly searchPath: string
}): Promise<string | undefined> {
  if ((await findProgram(name, cwd, searchPath)) !== undefined) return undefined
  const isThere = (path: string): Promise<boolean> =>
    stat(path).then(
      () => true,
      () => false,
    )
  if (name.includes('/')) return (await isThere(resolve(cwd, name))) ? 'is not an executable file' : 'does not exist'
  const found = (searchPath === '' ? systemPath : searchPath)
    .split(delimiter)
    .map((folder) => resolve(cwd, folder, name))
  for (const path of found) if (await isThere(path)) return `is not an executable file (${path})`
  return 'was not found on the PATH'
}

/** The `PATH` of a program that is given no other. */
export function programSearchPath(): string {
  return basicEnvironment()['PATH'] ?? ''
}

async function isExecutable(path: string): Promise<boolean> {
  const status = await stat(path).catch(() => undefined)
  return (
    status?.isFile() === true &&
    access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
  )
}

/**
 * What every program gets of preflight's own environment: enough to be found, to have a home, and to speak a language.
 */
export function basicEnvironment(): Record<string, string> {
  return {
    PATH: surrounding('PATH') ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: surrounding('HOME') ?? userInfo().homedir,
    LANG: surrounding('LANG') ?? 'C.UTF-8',
    TMPDIR: surrounding('TMPDIR') ?? tmpdir(),
  }
}
