import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf, UsageError } from '../errors.js'

/**
 * Makes a folder for temporary files that only its owner can use; the caller removes it.
 *
 * @param purpose a word of its name: `preflight-<purpose>-…`
 * @throws UsageError when none can be made, which is for the user to change
 */
export async function newTemporaryFolder(purpose: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), `preflight-${purpose}-`))
  } catch (error) {
    throw new UsageError(`cannot make a folder for temporary files in ${tmpdir()}: ${messageOf(error)}`, {
      cause: error,
      hint: 'set TMPDIR to a folder that exists and can be written to',
    })
  }
}

/**
 * For what makes its temporary folders much later, or where their absence would look like another fault. @throws
 * UsageError
 */
export async function refuseWithoutTemporaryFolder(): Promise<void> {
  await rmdir(await newTemporaryFolder('try'))
}
