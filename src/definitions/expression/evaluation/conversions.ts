import { toInt, toUint } from './arithmetic.js'
import { EvaluationFault } from './evaluation-fault.js'
import { isUnsigned, type Value } from './values.js'

/**
 * CEL's conversions. A text converts only when it is the number and nothing else: what JavaScript makes of `""`,
 * `"0b11"` or
 * a text with blanks around it would be a value that nobody wrote.
 */

/**
 * The first double beyond the range of int; both ends of the range are refused, as CEL has it, since a double there may
 * have been rounded.
 */
const intRange = 2 ** 63
const uintRange = 2 ** 64

/** @throws EvaluationFault */
export function toIntValue(value: Value): Value {
  if (typeof value === 'bigint') return value
  if (isUnsigned(value)) return toInt(value.value)
  if (typeof value === 'number') {
    if (!(value > -intRange && value < intRange)) throw new EvaluationFault('overflow')
    return BigInt(Math.trunc(value))
  }
  if (typeof value !== 'string') throw new EvaluationFault('no-overload')
  if (!/^[+-]?\d{1,40}$/.test(value)) throw new EvaluationFault('no-integer')
  return toInt(BigInt(value.replace(/^\+/, '')))
}

/** @throws EvaluationFault */
export function toUintValue(value: Value): Value {
  if (isUnsigned(value)) return value
  if (typeof value === 'bigint') return toUint(value)
  if (typeof value === 'number') {
    if (!(value > -1 && value < uintRange)) throw new EvaluationFault('overflow')
    return toUint(BigInt(Math.trunc(value)))
  }
  if (typeof value !== 'string') throw new EvaluationFault('no-overload')
  if (!/^\d{1,40}$/.test(value)) throw new EvaluationFault('no-integer')
  return toUint(BigInt(value))
}

const numbersByName: Readonly<Record<string, number>> = { inf: Infinity, infinity: Infinity, nan: Number.NaN }

/** @throws EvaluationFault */
export function toDoubleValue(value: Value): Value {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (isUnsigned(value)) return Number(value.value)
  if (typeof value !== 'string') throw new EvaluationFault('no-overload')
  const [, sign, name = ''] = /^([+-]?)(inf|infinity|nan)$/i.exec(value) ?? []
  if (sign !== undefined) return sign === '-' ? -numbersByName[name.toLowerCase()]! : numbersByName[name.toLowerCase()]!
  if (value.length > 400 || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value))
    throw new EvaluationFault('no-number')
  const number = Number(value)
  if (!Number.isFinite(number)) throw new EvaluationFault('overflow')
  return number
}

const words: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false] as const),
])

/** @throws EvaluationFault */
export function toBoolValue(value: Value): Value {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') throw new EvaluationFault('no-overload')
  const truth = words.get(value)
  if (truth === undefined) throw new EvaluationFault('no-truth-word')
  return truth
}

/** @throws EvaluationFault for what has no text: null, lists, maps */
export function toStringValue(value: Value): Value {
  if (typeof value === 'string') return value
  if (typeof value === 'number')
    return Object.is(value, -0) ? '-0' : value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (isUnsigned(value)) return String(value.value)
  throw new EvaluationFault('no-overload')
}
