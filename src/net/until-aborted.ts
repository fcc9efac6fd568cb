import { SilenceError } from '../base/errors.js'

/**
 * Waits for something that cannot be cancelled itself, no longer than until the signal.
 *
 * @throws SilenceError when the signal comes first; what becomes of the promise is ignored then
 */
export async function untilAborted<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  let stopListening = (): void => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    const give = (): void => reject(new SilenceError('no answer within the time limit'))
    if (signal.aborted) return give()
    signal.addEventListener('abort', give, { once: true })
    stopListening = () => signal.removeEventListener('abort', give)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    stopListening()
    promise.catch(() => {})
  }
}
