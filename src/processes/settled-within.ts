import { setTimeout as wait } from 'node:timers/promises'

/** Waits for a promise, but no longer than this many milliseconds. No timer outlives it. */
export async function settledWithin(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const timer = new AbortController()
  try {
    await Promise.race([promise, wait(milliseconds, undefined, { signal: timer.signal })])
  } finally {
    timer.abort()
  }
}
