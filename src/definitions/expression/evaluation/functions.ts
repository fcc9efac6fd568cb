import { endpointOf } from '../endpoint.js'
import { reachableHost } from '../reachable.js'
import type { Budget } from './step-budget.js'
import { toBoolValue, toDoubleValue, toIntValue, toStringValue, toUintValue } from './conversions.js'
import { EvaluationFault } from './evaluation-fault.js'
import { join, sizeOf, textMethods, textOf } from './text-functions.js'
import { isList, typeOf, type Value } from './values.js'

/** A function of expressions: its arguments, a receiver as the first. */
export type CelFunction = (parameters: readonly Value[], budget: Budget) => Value

/** What the library does not know, by its signature: functions of our own, and a conversion that it lacks. */
export const addedFunctions = ['reachable(string): string', 'endpointOf(string): string', 'int(uint): int'] as const

const functions: Readonly<Record<string, CelFunction>> = {
  size: ([value], budget) => sizeOf(value!, budget),
  int: ([value]) => toIntValue(value!),
  uint: ([value]) => toUintValue(value!),
  double: ([value]) => toDoubleValue(value!),
  string: ([value]) => toStringValue(value!),
  bool: ([value]) => toBoolValue(value!),
  dyn: ([value]) => value!,
  type: ([value]) => typeOf(value!),
  reachable: ([host]) => reachableHost(textOf(host)),
  endpointOf: ([url]) => endpointOf(textOf(url)),
}

const methods: Readonly<Record<string, CelFunction>> = {
  ...Object.fromEntries(
    Object.entries(textMethods).map(([name, method]): [string, CelFunction] => [
      name,
      ([text, ...parameters], budget) => method(textOf(text), parameters, budget),
    ]),
  ),
  size: ([value], budget) => sizeOf(value!, budget),
  join: ([list, separator], budget) => {
    if (!isList(list!)) throw new EvaluationFault('no-overload')
    return join(list, separator === undefined ? '' : textOf(separator), budget)
  },
}

/** Names of functions that are offered: those of CEL that checks have a use for, and our own. */
export const functionNames: readonly string[] = ['has', ...Object.keys(functions)]

/** Names of methods that are offered, iterations among them. */
export const methodNames: readonly string[] = [...Object.keys(methods), 'all', 'exists', 'exists_one', 'filter', 'map']

export function functionNamed(name: string): CelFunction | undefined {
  return Object.hasOwn(functions, name) ? functions[name] : undefined
}

export function methodNamed(name: string): CelFunction | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined
}
