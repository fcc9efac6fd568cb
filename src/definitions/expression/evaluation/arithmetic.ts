import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import type { Budget } from './step-budget.js'
import { EvaluationFault } from './evaluation-fault.js'
import { isList, isUnsigned, type Value } from './values.js'

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

const leastInt = -(2n ** 63n)
const mostInt = 2n ** 63n - 1n
const mostUint = 2n ** 64n - 1n

/** @throws EvaluationFault `overflow` for what 64 bits with a sign cannot hold */
export function toInt(value: bigint): bigint {
  if (value < leastInt || value > mostInt) throw new EvaluationFault('overflow')
  return value
}

/** @throws EvaluationFault `overflow` for what 64 bits without a sign cannot hold */
export function toUint(value: bigint): UnsignedInt {
  if (value < 0n || value > mostUint) throw new EvaluationFault('overflow')
  return new UnsignedInt(value)
}

/**
 * Arithmetic of CEL: on two numbers of one kind; `+` joins two texts or two lists.
 *
 * @throws EvaluationFault
 * @throws BudgetError
 */
export function arithmetic(operator: ArithmeticOperator, left: Value, right: Value, budget: Budget): Value {
  if (typeof left === 'bigint' && typeof right === 'bigint') return toInt(whole(operator, left, right))
  if (typeof left === 'number' && typeof right === 'number' && operator !== '%')
    return fractional(operator, left, right)
  if (isUnsigned(left) && isUnsigned(right)) return toUint(whole(operator, left.value, right.value))
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') {
    budget.make(left.length + right.length)
    return left + right
  }
  if (operator === '+' && isList(left) && isList(right)) {
    budget.spend(left.length + right.length)
    return [...left, ...right]
  }
  throw new EvaluationFault('no-overload')
}

/** @throws EvaluationFault for what has no opposite */
export function negated(value: Value): Value {
  if (typeof value === 'bigint') return toInt(-value)
  if (typeof value === 'number') return -value
  throw new EvaluationFault('no-overload')
}

function whole(operator: ArithmeticOperator, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
    case '%':
      if (right === 0n) throw new EvaluationFault('division-by-zero')
      return operator === '/' ? left / right : left % right
  }
}

function fractional(operator: Exclude<ArithmeticOperator, '%'>, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
  }
}
