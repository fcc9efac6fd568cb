import { EvaluationFault, type Budget } from './step-budget.js'
import { type Evaluate, areEqual, compare, isList, isMap, keyOf, type Value, isUnsigned } from './values.js'
import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'

export function literal(value: unknown): Evaluate {
  const known = value as Value
  return () => known
}

export function valueOr(value: Value | undefined): Value {
  if (value === undefined) throw new EvaluationFault('no-such-key')
  return value
}

export function member(receiver: Evaluate, name: string): Evaluate {
  return (frame) => {
    const value = receiver(frame)
    if (!isMap(value)) throw new EvaluationFault('no-such-key')
    return valueOr(value.get(name))
  }
}

export function indexed(receiver: Evaluate, index: Evaluate): Evaluate {
  return (frame) => {
    const value = receiver(frame)
    const key = keyOf(index(frame))
    if (isMap(value) && key !== undefined) return valueOr(value.get(key))
    if (!isList(value) || typeof key !== 'bigint') throw new EvaluationFault('no-overload')
    const item = key < 0n ? undefined : value[Number(key)]
    if (item === undefined) throw new EvaluationFault('index-out-of-bounds')
    return item
  }
}

export function map(entries: readonly (readonly [Evaluate, Evaluate])[]): Evaluate {
  return (frame) => {
    const made = new Map<Value, Value>()
    for (const [key, value] of entries) {
      const name = keyOf(key(frame))
      if (name === undefined) throw new EvaluationFault('no-overload')
      if (made.has(name)) throw new EvaluationFault('duplicate-key')
      made.set(name, value(frame))
    }
    return made
  }
}

export function ordered(operator: '<' | '<=' | '>' | '>=', left: Evaluate, right: Evaluate): Evaluate {
  const holds = {
    '<': (order: number) => order < 0,
    '<=': (order: number) => order <= 0,
    '>': (order: number) => order > 0,
    '>=': (order: number) => order >= 0,
  }[operator]
  return (frame) => holds(compare(left(frame), right(frame), frame.budget))
}

export function contained(item: Evaluate, container: Evaluate): Evaluate {
  return (frame) => {
    const [wanted, within] = [item(frame), container(frame)]
    if (isList(within)) return within.some((each) => areEqual(wanted, each, frame.budget))
    if (!isMap(within)) throw new EvaluationFault('no-overload')
    const key = keyOf(wanted)
    return key !== undefined && within.has(key)
  }
}

export function binary(operator: ArithmeticOperator, left: Evaluate, right: Evaluate): Evaluate {
  return (frame) => arithmetic(operator, left(frame), right(frame), frame.budget)
}

type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

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
function arithmetic(operator: ArithmeticOperator, left: Value, right: Value, budget: Budget): Value {
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
