import { AsyncLocalStorage } from 'node:async_hooks'
import { messageOf } from './errors.js'

type Owner = (error: unknown) => void

const owners = new AsyncLocalStorage<Owner | undefined>()

/**
 * Runs something whose stray errors are its own: what is thrown in a callback that it started (a socket's event, a
 * timer) or rejected without anybody listening is handed to `onStray`, and does not end the process. Libraries do that
 * when a peer's answer is not what they expect.
 *
 * @param onStray may be called several times, also after `run` has settled
 */
export function owningStrays<Value>(onStray: Owner, run: () => Value): Value {
  return owners.run(onStray, run)
}

/** What runs something later as if it ran here: whatever it starts has the owner that there is now. */
export function ownershipOf(): (run: () => void) => void {
  const owner = owners.getStore()
  return (run) => owners.run(owner, run)
}

/**
 * The same for work that may never end after a stray error: the first rejects the promise, as an Error of no class:
 * the class of a stray error says nothing of the whole work.
 */
export function rejectingOnStray<Value>(run: () => Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onStray = (error: unknown): void => reject(new Error(messageOf(error), { cause: error }))
    owningStrays(onStray, async () => run()).then(resolve, reject)
  })
}

/**
 * Hands an error that no handler caught to the owner of the work that it came from.
 *
 * @returns whether there was an owner; the process cannot go on without one
 */
export function handOverStray(error: unknown): boolean {
  const owner = owners.getStore()
  if (owner === undefined) return false
  owner(error)
  return true
}
