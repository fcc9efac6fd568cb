import type { Outcome } from './outcome.js'

/** What happens in a run, as it happens: what views project. */
export type RunEvent =
  | { readonly type: 'check-started'; readonly id: string; readonly attempt: number }
  | { readonly type: 'check-reached'; readonly id: string; readonly rung: string }
  | { readonly type: 'check-finished'; readonly id: string; readonly outcome: Outcome }

export type RunListener = (event: RunEvent) => void
