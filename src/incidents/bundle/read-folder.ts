import type { Stats } from 'node:fs'
import { lstat, opendir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../base/errors.js'
import { openRegularFile, UnfitFileError } from '../../base/files/regular-file.js'
import { evidenceFolder, type BundleLimits } from './manifest.js'
import { BundleError, shownName, Entries, entrySegments } from './entries.js'

/**
 * Reads the files of a bundle's folder. Owners and permissions beyond being readable are not looked at.
 *
 * @throws BundleError when anything in it is not what a capture writes
 */
export async function readFolder(
  folder: string,
  limits: BundleLimits,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Buffer>> {
  const entries = new Entries(limits)
  const files = new Map<string, Buffer>()
  entries.admitFolder('')

  const read = async (within: string): Promise<void> => {
    for await (const name of namesIn(join(folder, within), within)) {
      signal?.throwIfAborted()
      entrySegments(name)
      const path = within === '' ? name : `${within}/${name}`
      const status = await lstat(join(folder, path)).catch((thrown: unknown) => {
        throw new BundleError('changing', `‘${shownName(path)}’ was removed while the folder was read`, {
          cause: thrown,
        })
      })
      refuseSpecial(path, status)
      if (status.isDirectory()) {
        entries.admitFolder(path)
        await read(evidenceFolder)
      } else {
        entries.admitFile(path, status.size)
        files.set(
          path,
          await withFile(join(folder, path), `‘${shownName(path)}’`, (handle) => contentOf(handle, path, status)),
        )
      }
    }
  }
  await read('')
  return files
}

async function* namesIn(folder: string, within: string): AsyncGenerator<string> {
  const opened = await opendir(folder).catch((thrown: unknown) => {
    throw new BundleError(
      'unreadable',
      `the folder${within === '' ? '' : ` ‘${shownName(within)}’`} cannot be opened (${codeOf(thrown)})`,
      { cause: thrown },
    )
  })
  for await (const entry of opened) yield entry.name
}

function refuseSpecial(path: string, status: Stats): void {
  if (status.isSymbolicLink()) throw new BundleError('link', `‘${shownName(path)}’ is a symbolic link`)
  if (status.isDirectory()) return
  if (!status.isFile()) throw new BundleError('special-file', `‘${shownName(path)}’ is ${kindOf(status)}`)
  // The other name may be a file of the reader's own, put here to be shown to others.
  if (status.nlink > 1)
    throw new BundleError('link', `‘${shownName(path)}’ is a hard link: the same file has another name`)
}

function kindOf(status: Stats): string {
  if (status.isFIFO()) return 'a named pipe'
  if (status.isSocket()) return 'a socket'
  return 'a device'
}

/** Exactly the file that was looked at, as long as it was then: one that grows is not read to its end. */
async function contentOf(handle: FileHandle, path: string, seen: Stats): Promise<Buffer> {
  const opened = await handle.stat()
  const content = Buffer.alloc(seen.size + 1)
  let length = 0
  while (length < content.length) {
    const { bytesRead } = await handle.read(content, length, content.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  if (opened.ino !== seen.ino || opened.dev !== seen.dev || length !== seen.size)
    throw new BundleError('changing', `‘${shownName(path)}’ changed while it was read`)
  return content.subarray(0, length)
}

/**
 * Opens a file for reading, and closes it whatever happens. Follows no link, and a pipe that took the file's place
 * meanwhile does not hold it up.
 *
 * @param shown how the file is called in a refusal, safe to show
 * @throws BundleError when it cannot be opened or is not a regular file; whatever `use` throws
 */
export async function withFile<T>(path: string, shown: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const { handle } = await openRegularFile(path, { links: 'refuse' }).catch((thrown: unknown) => {
    if (thrown instanceof UnfitFileError) throw new BundleError('special-file', `${shown} is not a regular file`)
    if (codeOf(thrown) === 'ELOOP') throw new BundleError('link', `${shown} is a symbolic link`, { cause: thrown })
    throw new BundleError('unreadable', `${shown} cannot be opened (${codeOf(thrown)})`, { cause: thrown })
  })
  try {
    return await use(handle)
  } finally {
    await handle.close()
  }
}
