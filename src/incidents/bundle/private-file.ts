import { constants } from 'node:fs'
import { chmod, mkdir, open, rmdir } from 'node:fs/promises'

/**
 * Makes a new folder that only its owner can use, whatever the umask. Refuses (EEXIST) whatever stands there, a link
 * too.
 */
export async function newFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 })
  try {
    await chmod(path, 0o700)
  } catch (thrown) {
    await rmdir(path)
    throw thrown
  }
}

/**
 * Writes a new file that only its owner can read, and flushes it to disk. Refuses (EEXIST) whatever stands there, a
 * link too.
 */
export async function newFile(path: string, content: Buffer): Promise<void> {
  const handle = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  )
  try {
    await handle.chmod(0o600)
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
