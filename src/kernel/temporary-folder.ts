import { mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf, UsageError } from './errors.js'

/** Bytes that must fit into a new folder. */
const leastRoom = 64 * 1024

/**
 * Makes a folder for temporary files that only its owner can use; the caller removes it.
 *
 * @param purpose a word of its name: `preflight-<purpose>-…`
 * @throws UsageError when none can be made, which is for the user to change
 */
export async function newTemporaryFolder(purpose: string): Promise<string> {
  let folder: string | undefined
  try {
    folder = await mkdtemp(join(tmpdir(), `preflight-${purpose}-`))
    // On a full disk a folder can be made, and nothing in it.
    await writeFile(join(folder, 'try'), Buffer.alloc(leastRoom))
    await rm(join(folder, 'try'))
    return folder
  } catch (error) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    throw new UsageError(`cannot make a folder for temporary files in ${tmpdir()}: ${messageOf(error)}`, { cause: error, hint: 'set TMPDIR to a folder that exists, can be written to and has room' })
  }
}

/** For what makes its temporary folders much later, or where their absence would look like another fault. @throws UsageError */
export async function refuseWithoutTemporaryFolder(): Promise<void> {
  await rmdir(await newTemporaryFolder('try'))
}
