import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DefinitionsError, type Diagnostic } from '../../base/errors.js'
import { newTemporaryFolder } from '../../base/files/state-folder.js'

/** A definition file that is about to be written. */
export interface DraftFile {
  /** The root folder that it belongs to; it may not exist yet. */
  readonly folder: string
  /** Of the file, below the folder. */
  readonly path: string
  readonly text: string
}

/**
 * Judges a definition file before it is written: in a copy of its folder's definitions, which goes afterwards.
 *
 * @param judge gets the copy, and gives what is wrong in it
 * @throws DefinitionsError with what is wrong in the new file; mistakes of other files are theirs
 */
export async function rehearseFile(
  { folder, path, text }: DraftFile,
  judge: (copy: string) => Promise<readonly Diagnostic[]>,
): Promise<void> {
  const copy = await newTemporaryFolder('new')
  try {
    await copyDefinitions(folder, copy)
    await mkdir(dirname(join(copy, path)), { recursive: true })
    await writeFile(join(copy, path), text)
    const own = (await judge(copy)).filter(({ position }) => position.file === join(folder, path))
    if (own.length > 0) throw new DefinitionsError(own)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

/** Folders and YAML files; a link that leads nowhere is left out, as `validate` reports it anyway. */
async function copyDefinitions(folder: string, copy: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) return
  await cp(folder, copy, {
    recursive: true,
    dereference: true,
    async filter(source) {
      const status = await stat(source).catch(() => undefined)
      return status !== undefined && (status.isDirectory() || (status.isFile() && /\.ya?ml$/i.test(source)))
    },
  })
}
