import { z } from 'zod'
import { messageOf, SilenceError } from '../../../base/errors.js'
import type { Deadline } from '../../../base/time/deadline.js'
import { NotPerformedError } from '../../definition/step-kind.js'
import type { FilledPlace } from '../../definition/runbook-definition.js'

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

const isWithin = (path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean =>
  start.length <= path.length && start.every((step, index) => String(step) === String(path[index]))

/** Whether an expression gives some of the text at this place of the input, or all that is around it. */
export function isFilled(filled: readonly FilledPlace[], path: readonly PropertyKey[]): boolean {
  return filled.some((place) => isWithin(path, place.path))
}

/** Whether the text at this place begins with what an expression gives. */
export function isFilledFromStart(filled: readonly FilledPlace[], path: readonly PropertyKey[]): boolean {
  return filled.some((place) => isWithin(path, place.path) && (place.isLeading || place.path.length < path.length))
}

/** Whether some text in a value holds a NUL character, its keys included. */
export function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, element]) => key.includes('\0') || holdsNul(element))
}

/** Anything JSON can hold, without a NUL character in its texts. */
export const plainJson = () => z.unknown().refine((value) => !holdsNul(value), 'expected text without a NUL character')

/**
 * What is thrown when something was sent and its effect is unknown. After an abort the driver reports a connection that
 * we have ended ourselves, which is left out.
 *
 * @param sent what was done: `the message was sent`
 */
export function unknownEnd(sent: string, error: unknown, signal: AbortSignal): Error {
  if (signal.aborted || error instanceof SilenceError) return new SilenceError(`${sent}, but no answer came`)
  return new Error(`${sent}; its outcome is unknown: ${messageOf(error)}`, { cause: error })
}
