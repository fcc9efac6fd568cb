import { lstat } from 'node:fs/promises'
import { codeOf } from '../errors.js'

/**
 * Whether anything stands at a path. A link that leads nowhere does, and so does what cannot be looked at: a file that
 * decides something
 * must not count as absent because it cannot be read.
 */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes(codeOf(error))
  }
}
