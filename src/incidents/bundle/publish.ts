import { link, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFolder } from '../../base/files/flushed-folder.js'
import { codeOf } from '../../base/errors.js'
import { archiveName, type PartialBundle } from './partial.js'

/**
 * Moves a finished bundle into place, the folder first and the archive last: an archive that is there is whole, and so
 * is its folder.
 *
 * @throws the system's error, with nothing in place
 */
export async function publish(
  parent: string,
  name: string,
  partial: PartialBundle,
): Promise<{ readonly folder: string; readonly archive: string }> {
  const folder = join(parent, name)
  const archive = join(parent, archiveName(name))
  const undo: (() => Promise<void>)[] = []
  try {
    await rename(partial.folder, folder)
    undo.unshift(() => rename(folder, partial.folder))
    await flushFolder(parent)
    await putArchive(partial.archive, archive)
    undo.unshift(() => unlink(archive))
    await flushFolder(parent)
  } catch (thrown) {
    for (const step of undo) await step()
    throw thrown
  }
  return { folder, archive }
}

/** File systems without hard links say one of these. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/**
 * Gives a finished archive its name: by a link, since a renaming would replace whatever came to stand there. The first
 * name goes with its folder.
 */
export async function putArchive(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (thrown) {
    if (!withoutLinks.has(codeOf(thrown))) throw thrown
    await rename(from, to)
  }
}
