import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { codeOf, messageOf, OutputError } from '../kernel/errors.js'
import { serialiseResult, type ResultDocument } from '../model/report.js'

/** A result file that always holds one whole document: the one before or the one after, never half of one. */
export interface ResultFile {
  /** @throws OutputError when the document could not be written; the file then still holds the document before */
  replace(document: ResultDocument): Promise<void>
}

/**
 * Puts the first, incomplete document in its place, before the first probe runs. A new file can be read by its owner only; one
 * that exists keeps its permissions.
 *
 * @throws OutputError when the path is a folder, a link or a device, or cannot be written
 */
export async function createResultFile(path: string, incomplete: ResultDocument): Promise<ResultFile> {
  const file: ResultFile = { replace: (document) => replaceFile(resolve(path), serialiseResult(document)) }
  await file.replace(incomplete)
  return file
}

async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const mode = await permissions(path)
    await moveInPlace(await writeBeside(path, text, mode), path)
    await flushFolder(dirname(path))
  } catch (thrown) {
    if (thrown instanceof OutputError) throw thrown
    throw new OutputError(`the result could not be written to ${path}: ${messageOf(thrown)}`, {
      cause: thrown,
      hint: codeOf(thrown) === 'ENOENT' ? 'the folder must exist' : undefined,
    })
  }
}

/** Writes the text to a new file in the folder of `path` and flushes it to disk. Returns its path; leaves nothing when it fails. */
async function writeBeside(path: string, text: string, mode: number): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
  try {
    await handle.writeFile(text, 'utf8')
    await handle.chmod(mode)
    await handle.sync()
  } catch (thrown) {
    await unlink(temporary)
    throw thrown
  } finally {
    await handle.close()
  }
  return temporary
}

async function moveInPlace(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path)
  } catch (thrown) {
    await unlink(temporary)
    throw thrown
  }
}

/** The permissions the file is to have. Refuses whatever is there and is no plain file: a link could point anywhere. */
async function permissions(path: string): Promise<number> {
  const status = await lstat(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw thrown
  })
  if (status === undefined) return 0o600
  if (status.isFile()) return status.mode & 0o777
  const what = status.isDirectory() ? 'a folder' : status.isSymbolicLink() ? 'a symbolic link' : 'no plain file'
  throw new OutputError(`the result cannot be written to ${path}: it is ${what}`)
}

/** Without this a power cut can bring the old name back. Some file systems refuse it, which loses nothing but that. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync().catch((thrown: unknown) => {
      if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(codeOf(thrown))) throw thrown
    })
  } finally {
    await handle.close()
  }
}
