import { chmod, lstat, mkdir } from 'node:fs/promises'
import { codeOf } from '../../base/errors.js'

/** Shared by all users of this machine, and by containers that mount it. */
export const machineLockFolder = '/run/lock/preflight'

/** Everybody may add files; only a file's owner may remove it. */
const sharedMode = 0o1777

/**
 * Makes sure that the shared folder is there, for all users.
 *
 * @returns whether it can be used: its parent may not be writable, or something else may have its name
 */
export async function isLockFolderUsable(folder: string): Promise<boolean> {
  try {
    await mkdir(folder)
    await chmod(folder, sharedMode)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return false
  }
  return lstat(folder).then(
    (status) => status.isDirectory(),
    () => false,
  )
}
