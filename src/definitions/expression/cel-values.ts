import type { Environment } from '@marcbachmann/cel-js'
import type { FactType } from '../../base/facts.js'
import type { Budget } from './evaluation/step-budget.js'
import { isList, isMap, isUnsigned, TypeName, type Value, type ValueMap } from './evaluation/values.js'
import { withArticle } from '../../base/text/wording.js'

/** How values of one type go into expressions. */
export interface CelType {
  /** The type's name in CEL. */
  readonly name: string
  /** @throws ConversionError for a value that is not of the type */
  toCel(value: unknown): Value
}

/** A value was not of the type its schema promises. Says nothing of the value. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError'
}

const dynamic: CelType = { name: 'dyn', toCel: anyToCel }
const text: CelType = { name: 'string', toCel: textToCel }

/**
 * Registers a type with an environment of the expression library and says how its values are converted: whole numbers
 * become CEL integers, records become maps, so that a key such as `constructor` is a key like any other.
 *
 * @param path what the type is called in messages: its path
 */
export function registerCelType(environment: Environment, path: string, type: FactType): CelType {
  switch (type.type) {
    case 'string':
    case 'enumeration':
      return text
    case 'bool':
      return { name: 'bool', toCel: boolToCel }
    case 'double':
      return { name: 'double', toCel: doubleToCel }
    case 'int':
      return { name: 'int', toCel: integerToCel }
    case 'any':
      return dynamic
    case 'list': {
      const item = registerCelType(environment, `${path}.item`, type.of)
      return { name: `list<${item.name}>`, toCel: (value) => expectList(value).map((entry) => item.toCel(entry)) }
    }
    case 'map': {
      const item = registerCelType(environment, `${path}.value`, type.of)
      return {
        name: `map<string, ${item.name}>`,
        toCel: (value) => new Map(entriesOf(value).map(([key, entry]) => [key, item.toCel(entry)])),
      }
    }
    case 'object':
      return registerObject(environment, path, type.fields)
  }
}

function registerObject(environment: Environment, path: string, fields: Readonly<Record<string, FactType>>): CelType {
  const types = new Map(
    Object.entries(fields).map(([name, field]) => [name, registerCelType(environment, `${path}.${name}`, field)]),
  )
  const name = `$${path}`
  // A class of its own is how the library tells one object type from another.
  class CelObject extends Map<Value, Value> {}
  environment.registerType(name, {
    ctor: CelObject,
    fields: Object.fromEntries([...types].map(([field, type]) => [field, type.name])),
  })
  return {
    name,
    toCel(value) {
      const object = new CelObject()
      for (const [field, entry] of entriesOf(value)) {
        const type = types.get(field)
        if (type !== undefined && entry !== undefined) object.set(field, type.toCel(entry))
      }
      return object
    },
  }
}

/** Whole numbers in JSON are integers to expressions, as its writer meant them. */
function anyToCel(value: unknown): Value {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint')
    return value
  if (Array.isArray(value)) return value.map(anyToCel)
  if (typeof value === 'object') return new Map(entriesOf(value).map(([key, entry]) => [key, anyToCel(entry)]))
  throw new ConversionError(`${withArticle(typeof value)} cannot be read by an expression`)
}

/**
 * A result of an expression as plain JavaScript: integers as numbers, maps as records.
 *
 * @throws ConversionError
 * @throws BudgetError for a result that is larger than an expression may make
 */
export function fromCel(value: Value, budget: Budget): unknown {
  budget.spend(1)
  if (typeof value === 'string') budget.make(value.length)
  if (typeof value === 'bigint' || isUnsigned(value)) {
    const number = Number(value)
    if (!Number.isSafeInteger(number)) throw new ConversionError('the result is an integer beyond what JSON can hold')
    return number
  }
  if (isList(value)) return value.map((item) => fromCel(item, budget))
  if (value instanceof TypeName) throw new ConversionError('the result is a type, which has no plain value')
  if (isMap(value)) return recordFrom(value, budget)
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new ConversionError('the result is a number that JSON does not have')
  return value
}

function recordFrom(value: ValueMap, budget: Budget): Readonly<Record<string, unknown>> {
  const entries = [...value].map(([key, entry]): [string, unknown] => {
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- the keys of a map are scalars
    const name = String(key)
    budget.make(name.length)
    return [name, fromCel(entry, budget)]
  })
  const record = Object.fromEntries(entries)
  if (Object.keys(record).length < entries.length) throw new ConversionError('the result is a map with a duplicate key')
  return record
}

function integerToCel(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  throw new ConversionError('expected a whole number')
}

function textToCel(value: unknown): string {
  if (typeof value !== 'string') throw new ConversionError('expected a string')
  return value
}

function doubleToCel(value: unknown): number {
  if (typeof value !== 'number') throw new ConversionError('expected a number')
  return value
}

function boolToCel(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new ConversionError('expected a boolean')
  return value
}

function expectList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new ConversionError('expected a list')
  return value
}

function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConversionError('expected a record')
  return Object.entries(value)
}
