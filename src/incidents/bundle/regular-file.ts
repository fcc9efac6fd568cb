import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { codeOf } from '../../base/errors.js'
import { BundleError } from './bundle-error.js'

/**
 * Opens a file for reading, and closes it whatever happens. Follows no link, and a pipe that took the file's place
 * meanwhile does not hold it up.
 *
 * @param shown how the file is called in a refusal, safe to show
 * @throws BundleError when it cannot be opened or is no regular file; whatever `use` throws
 */
export async function withFile<T>(path: string, shown: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (thrown: unknown) => {
      if (codeOf(thrown) === 'ELOOP') throw new BundleError('link', `${shown} is a symbolic link`, { cause: thrown })
      throw new BundleError('unreadable', `${shown} cannot be opened (${codeOf(thrown)})`, { cause: thrown })
    },
  )
  try {
    if (!(await handle.stat()).isFile()) throw new BundleError('special-file', `${shown} is no regular file`)
    return await use(handle)
  } finally {
    await handle.close()
  }
}
