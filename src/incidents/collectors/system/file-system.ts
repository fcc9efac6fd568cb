import { statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf } from '../../../base/errors.js'

/**
 * Bytes and files (inodes) of the file system that a path lies on; `free` is what users other than root can still take.
 */
export async function fileSystemAt(path: string): Promise<unknown> {
  const found = await statfs(resolve(path)).catch((error: unknown) => {
    throw new Error(`it cannot be measured (${codeOf(error) || 'unknown reason'})`)
  })
  return {
    totalBytes: found.blocks * found.bsize,
    freeBytes: found.bavail * found.bsize,
    totalFiles: found.files,
    freeFiles: found.ffree,
  }
}
