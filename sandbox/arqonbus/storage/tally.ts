/**
 * What a backend counts of itself. A fallback is never forgotten: what it holds is lost at the next restart, so the
 * mark stays.
 */
interface Tally {
  operations: number
  fallbackOperations: number
  failures: number
  lastError: string | null
  degraded: boolean
}

export function newTally(): Tally {
  return { operations: 0, fallbackOperations: 0, failures: 0, lastError: null, degraded: false }
}

/**
 * Does something with the datastore, and with the memory in its place when that fails and the mode allows it.
 * @throws what the datastore's driver threw, in strict mode
 */
export async function withFallback<Result>(
  tally: Tally,
  isStrict: boolean,
  attempt: () => Promise<Result>,
  fallback: () => Promise<Result>,
): Promise<Result> {
  tally.operations += 1
  try {
    return await attempt()
  } catch (error) {
    tally.failures += 1
    tally.lastError = error instanceof Error ? error.message : 'unknown'
    if (isStrict) throw error
    tally.degraded = true
    tally.fallbackOperations += 1
    return fallback()
  }
}
