import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { type Budget, EvaluationFault } from './step-budget.js'

/**
 * What an expression computes with: `bigint` is CEL's int, `number` its double. Keys of maps are never unsigned: see
 * `keyOf`.
 */
export type Value = null | boolean | bigint | number | string | UnsignedInt | TypeName | readonly Value[] | ValueMap

export type ValueMap = ReadonlyMap<Value, Value>

/** What `type(…)` gives. */
export class TypeName {
  constructor(readonly name: string) {}
}

/** The types that an expression can name. */
export const typeNames: ReadonlyMap<string, TypeName> = new Map(
  ['bool', 'int', 'uint', 'double', 'string', 'list', 'map', 'null_type', 'type'].map((name) => [
    name,
    new TypeName(name),
  ]),
)

export function celTypeOf(value: Value): TypeName {
  return typeNames.get(nameOfType(value))!
}

function nameOfType(value: Value): string {
  if (value === null) return 'null_type'
  if (isList(value)) return 'list'
  if (isMap(value)) return 'map'
  if (isUnsigned(value)) return 'uint'
  if (value instanceof TypeName) return 'type'
  if (typeof value === 'string') return 'string'
  return { boolean: 'bool', bigint: 'int', number: 'double' }[typeof value as 'boolean' | 'bigint' | 'number']
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isMap(value: Value): value is ValueMap {
  return value instanceof Map
}

export function isUnsigned(value: Value): value is UnsignedInt {
  return value instanceof UnsignedInt
}

/**
 * A number for comparing across CEL's three kinds of them, which JavaScript does exactly between `bigint` and `number`.
 */
function numeral(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  return isUnsigned(value) ? value.value : undefined
}

/**
 * A value as the key of a map: whole numbers of all kinds are one key.
 *
 * @returns `undefined` for what cannot be a key
 */
export function keyOf(value: Value): Value | undefined {
  if (isUnsigned(value)) return value.value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint' ? value : undefined
}

/**
 * Equality as CEL has it: numbers by what they are worth, values of different kinds are not equal, NaN equals nothing.
 */
export function areEqual(left: Value, right: Value, budget: Budget): boolean {
  budget.spend(1)
  const [first, second] = [numeral(left), numeral(right)]

  if (first !== undefined && second !== undefined) return first == second
  if (typeof left === 'string' && typeof right === 'string') {
    budget.read(left)
    return left === right
  }
  if (isList(left) && isList(right))
    return left.length === right.length && left.every((item, index) => areEqual(item, right[index]!, budget))
  if (isMap(left) && isMap(right)) return left.size === right.size && haveSameEntries(left, right, budget)
  return left === right
}

/** Entry by entry, so that no more are looked at than it takes to find one that differs. */
function haveSameEntries(left: ValueMap, right: ValueMap, budget: Budget): boolean {
  for (const [key, value] of left) if (!right.has(key) || !areEqual(value, right.get(key)!, budget)) return false
  return true
}

/**
 * How two values are ordered: below zero, zero, above it; `NaN` where one of them is NaN.
 *
 * @throws EvaluationFault `no-overload` for values that have no order between them
 */
export function compare(left: Value, right: Value, budget: Budget): number {
  const [first, second] = [numeral(left), numeral(right)]
  if (first !== undefined && second !== undefined)
    return first < second ? -1 : first > second ? 1 : Number.isNaN(first) || Number.isNaN(second) ? Number.NaN : 0
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right)
  if (typeof left !== 'string' || typeof right !== 'string') throw new EvaluationFault('no-overload')
  budget.read(left)
  return compareTexts(left, right)
}

/** By code points, as CEL orders texts; JavaScript's own order is by UTF-16 units. */
function compareTexts(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length)
  for (let index = 0; index < shorter; index += 1) {
    if (left[index] !== right[index]) return left.codePointAt(index)! - right.codePointAt(index)!
  }
  return left.length - right.length
}

/**
 * What a part of an expression is evaluated in: the names of the whole, those that iterations around it bind, and the
 * budget.
 */
export interface VariableFrame {
  readonly budget: Budget
  valueOf(name: string): Value | undefined
}

/** A part of an expression, ready to be evaluated. */
export type Evaluate = (frame: VariableFrame) => Value

/** A frame in which one more name has a value. */
export function bound(outer: VariableFrame, name: string, value: Value): VariableFrame {
  return { budget: outer.budget, valueOf: (asked) => (asked === name ? value : outer.valueOf(asked)) }
}
