import { lstat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../base/errors.js'
import { privateFolder, namesKept } from '../../base/files/state-folder.js'
import { replaceFile } from '../../base/files/whole-file.js'
import type { ResultDocument } from '../result/report.js'
import { serialiseResult } from '../result/serialise-result.js'

/** How many finished results are kept. */
export const keptResults = 20

/** `20261121T042400123Z-<run id>.json`: when the run ended, so that names sort by age, and which it was. */
export const namePattern = /^(\d{8}T\d{9}Z)-([A-Za-z0-9-]{1,64})\.json$/
const idPattern = /^[A-Za-z0-9-]{1,64}$/

/** What a writer that was killed leaves behind. Younger ones may still be written. */
const leftoverPattern = /^\.\d{8}T\d{9}Z-.*\.tmp$/
const leftoverAge = 60 * 60 * 1000

export function resultsFolder(state: string): string {
  return join(state, 'results')
}

/**
 * Keeps the result of a finished run, and removes the oldest beyond the number that is kept. Several runs may do so at
 * a time.
 *
 * @param document redacted, complete
 * @throws OutputError when the state folder cannot be used or the result not be written
 */
export async function keepResult(state: string, document: ResultDocument): Promise<void> {
  const { id, finishedAt } = document.run
  if (document.state !== 'complete' || finishedAt === null || !idPattern.test(id))
    throw new Error('only the result of a finished run is kept')
  await privateFolder(state)
  const folder = await privateFolder(resultsFolder(state))
  await replaceFile(
    join(folder, `${new Date(finishedAt).toISOString().replace(/[-:.]/g, '')}-${id}.json`),
    serialiseResult(document),
    { what: 'result', mode: 0o600 },
  )
  await removeOldest(folder)
}

async function removeOldest(folder: string): Promise<void> {
  const names = await namesKept(folder)
  const results = names.filter((name) => namePattern.test(name)).sort()
  const old = results.slice(0, Math.max(0, results.length - keptResults))
  const leftovers = await Promise.all(
    names
      .filter((name) => leftoverPattern.test(name))
      .map(async (name) => ((await isOld(join(folder, name))) ? [name] : [])),
  )
  await Promise.all([...old, ...leftovers.flat()].map((name) => remove(join(folder, name))))
}

async function isOld(path: string): Promise<boolean> {
  const status = await lstat(path).catch(() => undefined)
  return status !== undefined && Date.now() - status.mtimeMs > leftoverAge
}

/** A run beside this one may have removed it already. */
async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
}
