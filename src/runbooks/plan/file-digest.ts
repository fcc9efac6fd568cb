import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** Bytes of a file that are hashed; of a larger one its size and time stand for it. */
const largest = 1024 ** 3

/**
 * sha256 (hex) of a regular file's content, of a larger one its size and time; `null` for what is not there or no
 * regular file: a pipe would be read empty, or block.
 */
export async function fileDigest(path: string, most: number = largest): Promise<string | null> {
  const status = await stat(path).catch(() => undefined)
  if (status === undefined || !status.isFile()) return null
  if (status.size >= most) return `size ${status.size}, changed ${status.mtime.toISOString()}`
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch {
    return 'unreadable'
  }
  return hash.digest('hex')
}
