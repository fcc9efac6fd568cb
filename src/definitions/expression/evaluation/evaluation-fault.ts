/** Where something stands in an expression, in characters from its start. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Why a part of an expression has no value. */
export type FaultCode =
  | 'no-such-key'
  | 'no-members'
  | 'duplicate-key'
  | 'index-out-of-bounds'
  | 'no-overload'
  | 'no-truth-value'
  | 'division-by-zero'
  | 'overflow'
  | 'no-integer'
  | 'no-number'
  | 'no-truth-word'
  | 'pattern-text-too-long'

/** A part of an expression that has no value. It never holds a value, so that it can be told to anybody. */
export class EvaluationFault extends Error {
  override readonly name = 'EvaluationFault'

  /** @param part what failed; a function leaves it to whoever called it */
  constructor(
    readonly code: FaultCode,
    readonly part?: Range,
  ) {
    super(code)
  }
}

/** An expression needs more steps, or makes larger values, than it may. Nothing in an expression catches it. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError'
}
