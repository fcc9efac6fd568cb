import { messageOf, SilenceError } from '../../../base/errors.js'

/**
 * What is thrown when something was sent and nobody can say what became of it. After an abort the driver's words tell
 * of a connection
 * that we have ended ourselves, which is nothing to be told.
 *
 * @param sent what was done: `the message was sent`
 */
export function unknownEnd(sent: string, error: unknown, signal: AbortSignal): Error {
  if (signal.aborted || error instanceof SilenceError) return new SilenceError(`${sent}, and no answer came`)
  return new Error(`${sent}, and what became of it is not known: ${messageOf(error)}`, { cause: error })
}
