import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { codeOf, messageOf } from '../../kernel/errors.js'

/** Bytes of a file of evidence. */
const largest = 50 * 1024 * 1024

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
 * Copies a file into the folder of the run, readable by its owner only.
 *
 * @param step path of the step, which the copy's name begins with
 * @throws EvidenceError for what is no regular file (a link to one included) or too large
 */
export async function keepEvidence(source: string, folder: string, step: string): Promise<Evidence> {
  const bytes = await readRegularFile(source)
  const kept = join(folder, 'evidence')
  const path = join(kept, `${step.replaceAll('/', '.')}-${basename(source).replace(/[^\w.-]/g, '_').slice(0, 100)}`)
  await mkdir(kept, { recursive: true, mode: 0o700 })
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { path, sha256: createHash('sha256').update(bytes).digest('hex') }
}

async function readRegularFile(path: string): Promise<Buffer> {
  try {
    // Without O_NONBLOCK, a pipe would be waited for.
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const status = await handle.stat()
      if (!status.isFile()) throw new EvidenceError(`${path} is no regular file`)
      if (status.size > largest) throw new EvidenceError(`${path} is larger than ${largest} bytes`)
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof EvidenceError) throw error
    const reason = { ENOENT: 'is not there', ELOOP: 'is a link', EACCES: 'may not be read' }[codeOf(error)] ?? `cannot be read (${messageOf(error)})`
    throw new EvidenceError(`${path} ${reason}`)
  }
}
