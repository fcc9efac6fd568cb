import type { FailureClass, Status } from '../base/vocabulary.js'
import type { WaitingForTurn } from '../net/turn.js'
import type { AppliedWaiver } from './waivers/waiver.js'
import type { FailedExpectation, Concealed } from '../engine/probe.js'

/** What happens in a run, as it happens: what views project. */
export type RunEvent =
  | { readonly type: 'check-started'; readonly id: string; readonly attempt: number }
  | { readonly type: 'check-reached'; readonly id: string; readonly rung: string }
  /** It waits before it may ask an address, or goes on: `undefined`. */
  | { readonly type: 'check-waits'; readonly id: string; readonly waiting: WaitingForTurn | undefined }
  | { readonly type: 'check-finished'; readonly id: string; readonly outcome: Outcome }

export type RunListener = (event: RunEvent) => void

/** What a run waits for at the moment. */
export interface Waiting {
  /**
   * What the last look at each of them found; those that are merely blocked are left out. Empty when the waiting is
   * over.
   */
  readonly on: readonly Outcome[]
  /** Milliseconds until nothing is tried again any more. */
  readonly remaining: number
}

export type WaitListener = (waiting: Waiting) => void

/** How one check ended. Immutable; whatever came from outside is still unredacted here. */
export interface Outcome {
  readonly id: string
  readonly status: Status
  /** The check's class, or what the probe's problem says. */
  readonly class: FailureClass
  /** One line for people: what was found, not what was hoped for. Empty for a pass. */
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly failedExpectations: readonly FailedExpectation[]
  /** The id of the root cause, for `blocked`. */
  readonly blockedBy: string | undefined
  /** Not applicable since what it would look at is on another host. */
  readonly isElsewhere?: boolean
  /** Timed out before anything was asked: not even the first rung was reached. */
  readonly isUnreached?: boolean
  /** Of the facts, those that say nothing, each with why; absent when there are none. */
  readonly concealed?: Concealed | undefined
  /** What covers the failure, for `waived`. */
  readonly waived?: AppliedWaiver
  readonly attempts: number
  /** ISO-8601, or the empty string when it never started. */
  readonly startedAt: string
  readonly durationMs: number
}
