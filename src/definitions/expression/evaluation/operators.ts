import { arithmetic, type ArithmeticOperator } from './arithmetic.js'
import { EvaluationFault } from './evaluation-fault.js'
import type { Evaluate } from './variable-frame.js'
import { areEqual, compare, isList, isMap, keyOf, type Value } from './values.js'

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
