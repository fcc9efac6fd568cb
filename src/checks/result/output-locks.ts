import { lstat, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { UsageError } from '../../base/errors.js'
import { lockOnHost, LockedError, type Lock } from '../../processes/locks/host-lock.js'
import { currentOperator } from '../../processes/operator.js'

/**
 * Keeps files for one run: while it goes on no other writes them, so that none is ever half of one run and half of
 * another. The locks end with the process, however that ends. They are of this host's network namespace: a container
 * with a network of its own sees none of them.
 *
 * @param run its id, which a refused run reports
 * @returns what gives them free
 * @throws UsageError naming the run and the process that write one of them
 */
export async function lockOutputs(files: readonly string[], run: string): Promise<Lock> {
  const held: Lock[] = []
  const release = async (): Promise<void> => {
    await Promise.all(held.splice(0).map((lock) => lock.release()))
  }
  try {
    const named = new Map<string, string>()
    for (const file of files) named.set((await lockName(file)) ?? '', file)
    for (const [name, file] of named) if (name !== '') held.push(await lockFile(file, name, run))
    return { release }
  } catch (error) {
    await release()
    throw error
  }
}

async function lockFile(file: string, name: string, run: string): Promise<Lock> {
  const { user, pid, host } = currentOperator()
  try {
    return await lockOnHost(file, name, { run, runbook: 'preflight', user, pid, host, since: new Date().toISOString() })
  } catch (error) {
    if (!(error instanceof LockedError)) throw error
    throw new UsageError(`refusing to write a file that another run writes: ${error.message}`, {
      hint: 'give each run its own file, or wait until the other run has ended',
      cause: error,
    })
  }
}

/**
 * The file by its folder's number and its own name, however it is named; none where no lock is needed: a device, a
 * link, a folder that is not there.
 */
async function lockName(file: string): Promise<string | undefined> {
  // Elsewhere there are no names that go with their process.
  if (process.platform !== 'linux') return undefined
  const path = resolve(file)
  const isWritable = await lstat(path).then(
    (status) => status.isFile(),
    () => true,
  )
  const folder = isWritable ? await stat(dirname(path), { bigint: true }).catch(() => undefined) : undefined
  return folder === undefined ? undefined : `output ${folder.dev}:${folder.ino} ${basename(path)}`
}
