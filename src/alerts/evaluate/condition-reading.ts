import type { Status } from '../../base/vocabulary.js'

/** A figure as it is shown and kept. */
export type Figure = string | number | boolean

/** What one look says of a condition. `unknown`: it could not be observed, which is never an alarm. */
export type ConditionAnswer = 'holds' | 'does-not-hold' | 'unknown' | 'does-not-apply'

/** What a round found of a condition. Not redacted. */
export interface ConditionReading {
  readonly check: string
  /** How the check ended; `not-asked` for one that is not part of the profile. */
  readonly status: Status | 'not-asked'
  readonly answer: ConditionAnswer
  /** What was found, or why nothing was. Empty when there is nothing to say. */
  readonly message: string
  readonly value: Figure | undefined
  readonly limit: Figure | undefined
  readonly unit: string
}

/** A figure that may grow. */
export interface GrowthSample {
  /** sha256 (hex) of what tells its process from every other: it is kept, and compared with nothing else. */
  readonly process: string
  readonly figure: number
}
