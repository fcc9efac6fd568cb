import type { Budget } from './step-budget.js'
import type { Value } from './values.js'

/**
 * What a part of an expression is evaluated in: the names of the whole, those that iterations around it bind, and the
 * budget.
 */
export interface Frame {
  readonly budget: Budget
  valueOf(name: string): Value | undefined
}

/** A part of an expression, ready to be evaluated. */
export type Evaluate = (frame: Frame) => Value

/** A frame in which one more name has a value. */
export function bound(outer: Frame, name: string, value: Value): Frame {
  return { budget: outer.budget, valueOf: (asked) => (asked === name ? value : outer.valueOf(asked)) }
}
