import { open } from 'node:fs/promises'
import { codeOf, messageOf, OutputError, UsageError } from '../../base/errors.js'

/**
 * Saves a plan in a new file: nothing that is there is written over, least of all what the plan is about.
 *
 * @throws UsageError when something is there already; OutputError when it cannot be written
 */
export async function savePlan(path: string, text: string): Promise<void> {
  try {
    const handle = await open(path, 'wx', 0o644)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new UsageError(`${path} already exists`, {
        hint: 'a plan is never written over: name another file, or remove it',
      })
    throw new OutputError(`the plan could not be written to ${path}: ${messageOf(error)}`, { cause: error })
  }
}
