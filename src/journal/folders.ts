import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { codeOf, OutputError, messageOf } from '../kernel/errors.js'
import { makeFolder } from '../kernel/make-folder.js'

/**
 * Makes sure that a folder is there, is a folder, is ours and can be read by nobody else.
 *
 * @throws OutputError when it is not and cannot be made so
 */
export async function privateFolder(path: string): Promise<string> {
  try {
    await makeFolder(path, { mode: 0o700 })
    const status = await lstat(path)
    if (!status.isDirectory()) throw new Error('it is not a folder')
    if (process.getuid !== undefined && status.uid !== process.getuid()) throw new Error('it belongs to another user')
    if ((status.mode & 0o022) !== 0) throw new Error('others may write to it')
    return path
  } catch (error) {
    throw new OutputError(`the folder ${path} cannot be used: ${messageOf(error)}`, { cause: error, hint: 'name another with --state' })
  }
}

/** Writes a folder's names to disk. Some file systems refuse it, which loses nothing but the certainty after a power cut. */
export async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY)
  try {
    await handle.sync().catch((error: unknown) => {
      if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(codeOf(error))) throw error
    })
  } finally {
    await handle.close()
  }
}
