import { SilenceError } from '../errors.js'
import { longestTimer } from './deadline.js'

/** What ends the waiting for a promise. */
interface WaitingBounds {
  readonly milliseconds?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Waits for a promise, but no longer than so many milliseconds and not beyond the signal. Leaves no timer and no
 * listener.
 *
 * @returns its value, or `undefined` when a bound came first; what becomes of the promise is ignored then
 * @throws what the promise rejects with before that
 */
export async function settledWithin<Value>(promise: Promise<Value>, bounds: WaitingBounds): Promise<Value | undefined> {
  const settled = await race(promise, bounds)
  return settled === cutOff ? undefined : settled
}

/**
 * Waits for something that cannot be cancelled itself, no longer than until the signal.
 *
 * @throws SilenceError when the signal comes first; what becomes of the promise is ignored then
 */
export async function untilAborted<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  const settled = await race(promise, { signal })
  if (settled === cutOff) throw new SilenceError('no answer within the time limit')
  return settled
}

const cutOff = Symbol('cut off')

async function race<Value>(
  promise: Promise<Value>,
  { milliseconds, signal }: WaitingBounds,
): Promise<Value | typeof cutOff> {
  let letGo = (): void => {}
  const cut = new Promise<typeof cutOff>((resolve) => {
    const end = (): void => resolve(cutOff)
    const timer = milliseconds === undefined ? undefined : setTimeout(end, Math.min(milliseconds, longestTimer))
    signal?.addEventListener('abort', end, { once: true })
    if (signal?.aborted === true) end()
    letGo = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
    }
  })
  try {
    return await Promise.race([promise, cut])
  } finally {
    letGo()
  }
}
