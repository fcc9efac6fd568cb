export type Facts = Readonly<Record<string, unknown>>

/** How deep facts may nest: a body from outside must not exhaust the stack of whatever walks it later. */
const deepest = 64

/**
 * A frozen copy of a probe's facts, so that neither a late probe nor an expression can change what was judged.
 *
 * @param name what they are called in messages
 * @throws TypeError naming the path of whatever JSON cannot hold (a function, a bigint, a cycle, NaN, a class instance)
 */
export function plainFacts(facts: Facts, name = 'facts'): Facts {
  return copyObject(facts, name, 0)
}

function copy(value: unknown, path: string, depth: number): unknown {
  if (depth > deepest) throw new TypeError(`${path} is nested too deeply or contains itself`)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value)) return Object.freeze(value.map((item, index) => copy(item, `${path}[${index}]`, depth + 1)))
  if (isPlainObject(value)) return copyObject(value, path, depth)
  throw new TypeError(`${path} holds what JSON cannot (${typeof value === 'number' ? String(value) : describe(value)})`)
}

function copyObject(object: Facts, path: string, depth: number): Facts {
  const entries = Object.entries(object).map(([key, value]) => [key, copy(value, `${path}.${key}`, depth + 1)] as const)
  return Object.freeze(Object.fromEntries(entries))
}

function isPlainObject(value: unknown): value is Facts {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function describe(value: unknown): string {
  return typeof value === 'object' ? 'an object of a class' : typeof value
}
