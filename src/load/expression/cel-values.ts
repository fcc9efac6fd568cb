import type { Environment } from '@marcbachmann/cel-js'
import type { FactType } from '../../model/facts.js'

/** How values of one type go into expressions. */
export interface CelType {
  /** The type's name in CEL. */
  readonly name: string
  /** @throws ConversionError for a value that is not of the type */
  toCel(value: unknown): unknown
}

/** A value was not of the type its schema promises. Says nothing of the value. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError'
}

const dynamic: CelType = { name: 'dyn', toCel: anyToCel }
const text: CelType = { name: 'string', toCel: (value) => expectType(value, 'string') }

/**
 * Registers a type with an environment of the expression library and says how its values are converted: whole numbers
 * become CEL integers, records become maps, so that a key such as `constructor` is a key like any other.
 *
 * @param path what the type is called in messages: the path at which it stands
 */
export function registerCelType(environment: Environment, path: string, type: FactType): CelType {
  switch (type.type) {
    case 'string':
    case 'enumeration':
      return text
    case 'bool':
      return { name: 'bool', toCel: (value) => expectType(value, 'boolean') }
    case 'double':
      return { name: 'double', toCel: (value) => expectType(value, 'number') }
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
      return { name: `map<string, ${item.name}>`, toCel: (value) => new Map(entriesOf(value).map(([key, entry]) => [key, item.toCel(entry)])) }
    }
    case 'object':
      return registerObject(environment, path, type.fields)
  }
}

function registerObject(environment: Environment, path: string, fields: Readonly<Record<string, FactType>>): CelType {
  const types = new Map(Object.entries(fields).map(([name, field]) => [name, registerCelType(environment, `${path}.${name}`, field)]))
  const name = `$${path}`
  // A class of its own is how the library tells one object type from another.
  class CelObject extends Map<string, unknown> {}
  environment.registerType(name, { ctor: CelObject, fields: Object.fromEntries([...types].map(([field, type]) => [field, type.name])) })
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
function anyToCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value
  if (Array.isArray(value)) return value.map(anyToCel)
  if (typeof value === 'object') return new Map(entriesOf(value).map(([key, entry]) => [key, anyToCel(entry)]))
  throw new ConversionError(`a ${typeof value} cannot be read by an expression`)
}

/** A result of an expression as plain JavaScript: integers as numbers, maps as records. */
export function fromCel(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value)
    if (!Number.isSafeInteger(number)) throw new ConversionError('the result is an integer beyond what JSON can hold')
    return number
  }
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(fromCel)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [String(key), fromCel(entry)]))
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fromCel(entry)]))
  }
  throw new ConversionError('the result is of a type that has no plain value')
}

function integerToCel(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  throw new ConversionError('a whole number was expected')
}

function expectType(value: unknown, type: 'string' | 'number' | 'boolean'): unknown {
  if (typeof value !== type) throw new ConversionError(`a ${type} was expected`)
  return value
}

function expectList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new ConversionError('a list was expected')
  return value
}

function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ConversionError('a record was expected')
  return Object.entries(value)
}
