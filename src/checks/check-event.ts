import type { Outcome } from './outcome.js'

/** What happens in a run, as it happens: what views project. */
export type RunEvent =
  | { readonly type: 'check-started'; readonly id: string; readonly attempt: number }
  | { readonly type: 'check-reached'; readonly id: string; readonly rung: string }
  | { readonly type: 'check-finished'; readonly id: string; readonly outcome: Outcome }

export type RunListener = (event: RunEvent) => void

/** What a run waits for at the moment. */
export interface Waiting {
  /**
   * What each of them met when it was looked at last; those that are merely blocked are left out. Empty when the
   * waiting is over.
   */
  readonly on: readonly Outcome[]
  /** Milliseconds until nothing is tried again any more. */
  readonly remaining: number
}

export type WaitListener = (waiting: Waiting) => void
