import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { codeOf, messageOf } from '../../../base/errors.js'
import { makeFolder } from '../../../base/files/make-folder.js'

/** Bytes of a file of evidence. */
const largest = 50 * 1024 * 1024

/** Copies of files of one name that one step can keep. */
const mostCopies = 100

export interface Evidence {
  /** Where the copy is. */
  readonly path: string
  readonly sha256: string
}

/** A file cannot be kept as evidence; the message says why, for the person who named it. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError'
}

/**
 * Copies a file into the folder of the run, readable by its owner only. What was kept before is never written over.
 *
 * @param step path of the step, which the copy's name begins with
 * @throws EvidenceError for what is no regular file (a link to one included) or larger than 50 MB, and when it cannot
 *   be kept
 */
export async function keepEvidence(source: string, folder: string, step: string): Promise<Evidence> {
  const bytes = await readRegularFile(source)
  const kept = join(folder, 'evidence')
  try {
    await makeFolder(kept, { mode: 0o700 })
    const path = await writeNew(
      join(
        kept,
        `${step.replaceAll('/', '.')}-${basename(source)
          .replace(/[^\w.-]/g, '_')
          .slice(0, 100)}`,
      ),
      bytes,
    )
    return { path, sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    throw new EvidenceError(`it could not be kept in ${kept}: ${messageOf(error)}`)
  }
}

/**
 * @returns the path, with a number where the name was taken: that of another attempt, or of a step whose name begins
 * alike
 */
async function writeNew(wanted: string, bytes: Buffer): Promise<string> {
  for (let copy = 1; copy <= mostCopies; copy += 1) {
    const path = copy === 1 ? wanted : `${wanted}.${copy}`
    const handle = await openNew(path)
    if (handle === undefined) continue
    try {
      await handle.writeFile(bytes)
      await handle.sync()
      return path
    } catch (error) {
      await rm(path, { force: true })
      throw error
    } finally {
      await handle.close()
    }
  }
  throw new Error(`there are ${mostCopies} of that name already`)
}

async function openNew(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  }
}

async function readRegularFile(path: string): Promise<Buffer> {
  try {
    // Without O_NONBLOCK, a pipe would be waited for.
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const status = await handle.stat()
      if (!status.isFile()) throw new EvidenceError(`${path} is no regular file`)
      if (status.size > largest) throw new EvidenceError(`${path} is larger than ${largest} bytes`)
      const bytes = await handle.readFile()
      // It may have grown meanwhile, or be one whose size the system does not tell.
      if (bytes.length > largest) throw new EvidenceError(`${path} is larger than ${largest} bytes`)
      return bytes
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof EvidenceError) throw error
    const reason =
      { ENOENT: 'is not there', ELOOP: 'is a link', EACCES: 'may not be read' }[codeOf(error)] ??
      `cannot be read (${messageOf(error)})`
    throw new EvidenceError(`${path} ${reason}`)
  }
}
