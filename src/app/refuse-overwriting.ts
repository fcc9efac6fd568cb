import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UsageError } from '../kernel/errors.js'

/** @throws UsageError when a file that is about to be written is, through whatever link, one of those that are read or written as well */
export async function refuseOverwriting(file: string, others: readonly string[], hint: string): Promise<void> {
  const real = async (path: string): Promise<string> => realpath(path).catch(() => resolve(path))
  const own = await real(file)
  for (const other of others) if ((await real(other)) === own) throw new UsageError(`${file} is named twice, or is a file that is read`, { hint })
}
