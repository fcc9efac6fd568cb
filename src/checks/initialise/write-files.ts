import { access, constants, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { codeOf, messageOf, OutputError, UsageError } from '../../base/errors.js'
import { isThere, makeFolder } from '../../base/files/state-folder.js'

/** A file to write, from the folder of the deployment file. */
export interface NewFile {
  readonly path: string
  readonly text: string
  /** Whether only its owner may read it. */
  readonly isSecret?: boolean
}

/** @throws UsageError when anything is at the path */
export async function refuseExisting(file: string): Promise<void> {
  if (await isThere(file)) throw alreadyThere(file)
}

/**
 * Says before any question is asked that nothing can be written.
 *
 * @throws OutputError when the folder, or the one that it would be made in, cannot be written to
 */
export async function refuseUnwritable(folder: string): Promise<void> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    try {
      await access(path, constants.W_OK | constants.X_OK)
      return
    } catch (thrown) {
      if (codeOf(thrown) !== 'ENOENT' || path === dirname(path)) throw unwritable(folder, thrown)
    }
  }
}

/**
 * Writes new files, all or none where that can be known beforehand.
 *
 * @returns their paths
 * @throws UsageError when one of them already exists; OutputError when one cannot be written
 */
export async function writeNewFiles(folder: string, files: readonly NewFile[]): Promise<readonly string[]> {
  for (const { path } of files) await refuseExisting(join(folder, path))
  for (const file of files) await writeNew(join(folder, file.path), file)
  return files.map(({ path }) => join(folder, path))
}

async function writeNew(path: string, { text, isSecret = false }: NewFile): Promise<void> {
  try {
    await makeFolder(dirname(path), isSecret ? { mode: 0o700 } : {})
    await writeFile(path, text, { flag: 'wx', ...(isSecret ? { mode: 0o600 } : {}) })
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') throw alreadyThere(path, thrown)
    throw unwritable(path, thrown)
  }
}

function alreadyThere(path: string, cause?: unknown): UsageError {
  return new UsageError(`${path} already exists`, {
    hint: 'existing files are not overwritten; name another folder, or move the file away',
    cause,
  })
}

function unwritable(path: string, cause: unknown): OutputError {
  return new OutputError(`${path} could not be written: ${messageOf(cause)}`, { cause })
}
