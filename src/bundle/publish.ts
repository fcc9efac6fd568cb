import { link, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFolder } from '../journal/folders.js'
import { codeOf } from '../kernel/errors.js'
import { archiveName, type PartialBundle } from './partial.js'

/**
 * Moves a finished bundle into place, the folder first and the archive last: an archive that is there is whole, and so is its folder.
 *
 * @throws the system's error, with nothing in place, when something stands there meanwhile
 */
export async function publish(parent: string, name: string, partial: PartialBundle): Promise<{ readonly folder: string; readonly archive: string }> {
  const folder = join(parent, name)
  const archive = join(parent, archiveName(name))
  await rename(partial.folder, folder)
  try {
    await flushFolder(parent)
    await putArchive(partial.archive, archive)
  } catch (thrown) {
    await rename(folder, partial.folder)
    throw thrown
  }
  await flushFolder(parent)
  return { folder, archive }
}

/** File systems without hard links say one of these. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** Gives a finished archive its name: by a link, since a renaming would replace whatever came to stand there. The first name goes with its folder. */
export async function putArchive(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (thrown) {
    if (!withoutLinks.has(codeOf(thrown))) throw thrown
    await rename(from, to)
  }
}
