/** Steps that one evaluation may take: elements looked at, and texts by their length. */
export const mostSteps = 100_000

/** The longest text that an expression may make, in UTF-16 units: more than any fact has. */
export const longestText = 8 * 1024 * 1024

/** How many characters of a text count as a step. */
const textPerStep = 1024

/** How many characters of a text that is taken apart count as a step. */
const partedPerStep = 64

/**
 * How many characters of a part that is searched for count as a step, for every step of the text: each may be compared
 * at each place.
 */
const soughtPerStep = 64

/**
 * How many characters times instructions of a pattern count as a step: each instruction may be tried on each character.
 */
const patternPerStep = 2048

/** What trying any pattern on a character takes, in instructions. */
const leastPattern = 32

/**
 * What an evaluation may still do. Nothing can interrupt an expression, neither a time limit nor a signal, so that it
 * ends is seen to by counting.
 */
export class Budget {
  #left: number

  constructor(steps = mostSteps) {
    this.#left = steps
  }

  /** @throws BudgetError */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new BudgetError('takes more steps than an expression may take')
  }

  /** Counts that a text was read to its end. @throws BudgetError */
  read(text: string): void {
    this.spend(1 + Math.floor(text.length / textPerStep))
  }

  /** Counts that a part is searched for in a text. @throws BudgetError */
  search(text: string, part: string): void {
    this.spend((1 + Math.floor(text.length / textPerStep)) * (1 + Math.floor(part.length / soughtPerStep)))
  }

  /** Counts that a text was taken apart. @throws BudgetError */
  part(text: string): void {
    this.spend(1 + Math.floor(text.length / partedPerStep))
  }

  /** Counts that a pattern is tried on a text. @param size how many instructions it has @throws BudgetError */
  match(text: string, size: number): void {
    this.spend(1 + Math.floor((text.length * (size + leastPattern)) / patternPerStep))
  }

  /** Counts that a text is made, before it is made. @throws BudgetError */
  make(length: number): void {
    if (length > longestText) throw new BudgetError('makes a string that is too long')
    this.spend(1 + Math.floor(length / textPerStep))
  }
}

/** Where something is in an expression, in characters from its start. */
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

/** A part of an expression that has no value. It never holds a value, so that it can be shown to anyone. */
export class EvaluationFault extends Error {
  override readonly name = 'EvaluationFault'

  /** @param part what failed; a function leaves it to its caller */
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
