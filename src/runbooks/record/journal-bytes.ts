import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { codeOf } from '../../base/errors.js'

/** Bytes of a journal that are read: far above that of any real run. */
const largest = 512 * 1024 * 1024

/**
 * Reads a file of a run's folder. It follows no link, and a pipe in the file's place does not hold it up.
 *
 * @returns its bytes, or what is wrong with it, in words for people
 * @throws Error with the code ENOENT when it is not there
 */
export async function journalBytes(path: string): Promise<Buffer | string> {
  const name = basename(path)
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const status = await handle.stat()
      if (!status.isFile()) return `${name} is not a regular file`
      return status.size > largest ? `${name} is larger than any journal` : await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw error
    if (codeOf(error) === 'ELOOP') return `${name} is a symbolic link`
    return `${name} cannot be read (${codeOf(error) || 'unknown reason'})`
  }
}
