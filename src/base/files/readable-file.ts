import { access, constants, stat } from 'node:fs/promises'
import { messageOf, UsageError } from '../errors.js'

/** @throws UsageError when the file an option names cannot be read, before anything is run */
export async function refuseUnreadableFile(option: string, file: string): Promise<void> {
  try {
    await access(file, constants.R_OK)
    if ((await stat(file)).isDirectory()) throw new Error('it is a folder')
  } catch (thrown) {
    throw new UsageError(`--${option} ${file} cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  }
}
