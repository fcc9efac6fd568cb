import { BudgetError } from './fault.js'

/** Steps that one evaluation may take: elements looked at, and texts by their length. */
export const mostSteps = 100_000

/** The longest text that an expression may make, in UTF-16 units: more than any fact has. */
export const longestText = 8 * 1024 * 1024

/** How many characters of a text count as a step. */
const textPerStep = 1024

/** How many characters that a pattern is tried on count as a step: it reads them much more slowly. */
const patternPerStep = 64

/**
 * What an evaluation may still do. Nothing can interrupt an expression, neither a time limit nor a signal, so that it ends is
 * seen to by counting.
 */
export class Budget {
  #left: number

  constructor(steps = mostSteps) {
    this.#left = steps
  }

  /** @throws BudgetError */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new BudgetError('takes more steps than an expression is allowed')
  }

  /** Counts that a text was read to its end. @throws BudgetError */
  read(text: string): void {
    this.spend(1 + Math.floor(text.length / textPerStep))
  }

  /** Counts that a text was taken apart, or a pattern tried on it: a longer pattern takes longer. @throws BudgetError */
  match(text: string, pattern = ''): void {
    this.spend(1 + Math.floor(text.length / patternPerStep) * (1 + Math.floor(pattern.length / patternPerStep)))
  }

  /** Counts that a text is made, before it is made. @throws BudgetError */
  make(length: number): void {
    if (length > longestText) throw new BudgetError('makes a text that is too long')
    this.spend(1 + Math.floor(length / textPerStep))
  }
}
