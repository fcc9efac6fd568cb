import { access, constants, stat } from 'node:fs/promises'
import { codeOf, messageOf, UsageError } from '../errors.js'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: part of its path is a file',
  EACCES: 'cannot be read by this user',
}

/**
 * @param what what the file is called: its path, behind the option that named it
 * @throws UsageError when it cannot be read, before anything is run
 */
export async function refuseUnreadableFile(what: string, file: string): Promise<void> {
  const isFolder = await access(file, constants.R_OK)
    .then(async () => (await stat(file)).isDirectory())
    .catch((thrown: unknown) => {
      const reason = reasons[codeOf(thrown)] ?? `cannot be read: ${messageOf(thrown)}`
      throw new UsageError(`${what} ${reason}`, { cause: thrown })
    })
  if (isFolder) throw new UsageError(`${what} is a folder`)
}
