/** What people are told of a fault, whatever it breaks. */
export interface FaultDescription {
  readonly name: string
  readonly group: string
  /** What is broken, one line. */
  readonly title: string
  /** Id of the check that must catch it. */
  readonly caughtBy: string
  readonly status: 'fail' | 'timeout' | 'error' | 'warn'
  readonly class: 'config' | 'dependency' | 'code'
  /**
   * Of a run of everything: 1 when a check fails, 4 when none fails but one cannot be evaluated, 0 for a warning alone.
   */
  readonly exitCode: 0 | 1 | 4
  /** Ids of further checks that see the same defect. */
  readonly alsoRed: readonly string[]
}
