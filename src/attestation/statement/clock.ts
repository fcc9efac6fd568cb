/** Milliseconds by which two machines' clocks may differ. */
const clockSkew = 60_000

/**
 * Whether a moment (ISO-8601) is ahead of a clock by more than clocks differ: who attests and who verifies judge by the
 * same bound.
 */
export function isAhead(moment: string, now: number): boolean {
  return Date.parse(moment) - now > clockSkew
}
