import type { Counts, RunLock } from './report.js'

/** How much of the packs a run judged: what the lock holds, all there is, or less than that. */
export const coverages = ['locked', 'whole', 'part'] as const

export type Coverage = (typeof coverages)[number]

/**
 * What could not be judged from this host makes a run one of a part. A lock that was there and was not kept to makes a
 * run one of a part, whatever it selected; one that was kept to says what a whole is.
 */
export function coverageOf({
  lock,
  counts,
}: {
  readonly lock?: RunLock | null | undefined
  readonly counts: Pick<Counts, 'deselected' | 'elsewhere'>
}): Coverage {
  if ((counts.elsewhere ?? 0) > 0) return 'part'
  if (lock !== undefined && lock !== null) return lock.state === 'locked' ? 'locked' : 'part'
  return counts.deselected === 0 ? 'whole' : 'part'
}
