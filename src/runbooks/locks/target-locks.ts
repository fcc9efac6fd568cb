import { lockInDatabase, type LockDatabase } from './database-lock.js'
import { lockOnHost, type Holder, type Lock } from '../../processes/locks/host-lock.js'
import { removeLocksOfTheDead } from '../../processes/locks/file-lock.js'
import { machineLockFolder } from '../../processes/locks/lock-folder.js'

export interface Locks {
  /** Aborted when the lock in the database is lost. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

/**
 * Takes what a run needs for itself: the run, its target on this machine, and its target in the database where the
 * runbook names one.
 *
 * @throws LockedError, naming the holder, with nothing held
 */
export async function takeLocks(request: {
  readonly holder: Holder
  readonly target: string
  readonly database: LockDatabase | undefined
}): Promise<Locks> {
  const { holder, target, database } = request
  const lost = new AbortController()
  const held: Lock[] = []
  const release = async (): Promise<void> => {
    for (const lock of held.splice(0).reverse()) await lock.release()
  }
  try {
    await removeLocksOfTheDead(machineLockFolder)
    held.push(await lockOnHost(`run ${holder.run}`, `run ${holder.run}`, holder))
    held.push(await lockOnHost(`the target ${target}`, `target ${target}`, holder))
    if (database !== undefined)
      held.push(
        await lockInDatabase(`the target ${target}`, database, `preflight target ${target}`, holder.run, (reason) =>
          lost.abort(new Error(`the lock in the database was lost: ${reason}`)),
        ),
      )
    return { lost: lost.signal, release }
  } catch (error) {
    await release()
    throw error
  }
}
