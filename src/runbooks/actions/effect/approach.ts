import { messageOf } from '../../../base/errors.js'
import type { Deadline } from '../../../base/time/deadline.js'
import { NotPerformedError } from '../../definition/step-kind.js'

/** What drivers keep their timers in (milliseconds): more would fire at once. */
const longestLimit = 2 ** 31 - 1

/** Milliseconds left, as a driver's own limit. */
export function driverLimit(deadline: Deadline): number {
  return Math.min(deadline.limit(), longestLimit)
}

/**
 * What comes before anything is sent: reading a URL, connecting, logging in. However it fails, nothing was done.
 *
 * @throws NotPerformedError
 */
export async function approach<Value>(way: () => Promise<Value> | Value): Promise<Value> {
  try {
    return await way()
  } catch (error) {
    if (error instanceof NotPerformedError) throw error
    throw new NotPerformedError(messageOf(error), { cause: error })
  }
}

/** Notes no rung: a step has no ladder. */
export const noRungs = (): void => {}
