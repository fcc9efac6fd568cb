import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, resolve } from 'node:path'

/** Where execvp(3) looks when there is no PATH. */
const systemPath = '/bin:/usr/bin'

/**
 * The file that the system would start for a program, as execvp(3) looks for it: a name with a slash in it is a path;
 * of the folders of
 * `PATH` the first with an executable file of that name counts, an empty one being the current folder.
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
