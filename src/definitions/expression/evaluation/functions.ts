import { type Budget, EvaluationFault } from './step-budget.js'
import { join, sizeOf, textMethods, celTextOf } from './text-functions.js'
import { isList, celTypeOf, type Value, isUnsigned } from './values.js'
import { toInt, toUint } from './operators.js'

/** A function of expressions: its arguments, a receiver as the first. */
type CelFunction = (parameters: readonly Value[], budget: Budget) => Value

/** What the library does not know, by its signature: functions of our own, and a conversion that it lacks. */
export const addedFunctions = ['reachable(string): string', 'endpointOf(string): string', 'int(uint): int'] as const

/** Ports that a URL without one means, by its scheme. */
const usualPorts: Readonly<Record<string, string>> = {
  redis: '6379',
  rediss: '6379',
  valkey: '6379',
  valkeys: '6379',
  postgres: '5432',
  postgresql: '5432',
}

/** Of these the path is a database; of any other URL it may hold anything, a token too. */
const datastores = /^(?:rediss?|valkeys?|postgres(?:ql)?)$/i

/**
 * Where a connection URL leads, without its credentials and options: `host:port/database` of a datastore, `host:port`
 * of anything else, or the path of a socket. Two URLs of one datastore compare equal: hosts in small letters, the
 * scheme's own port and database 0 of Redis written out.
 *
 * @returns empty where the text cannot be taken apart without a doubt: a piece of a password must not pass for a host
 */
export function endpointOf(url: string): string {
  const split = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/i.exec(url)
  if (split === null) return ''
  const [, scheme = '', authority = '', path = '', query = ''] = split
  if (`${path}${query}`.includes('@')) return ''
  const options = new URLSearchParams(query)
  if (scheme.toLowerCase() === 'unix')
    return authority.slice(authority.lastIndexOf('@') + 1) === '' ? `${path}${numberOf(options.get('db') ?? '')}` : ''
  const address = /^(\[[0-9a-f:.%]+\]|[\p{L}\p{N}_.-]*)(?::(\d{1,5}))?$/iu.exec(
    authority.slice(authority.lastIndexOf('@') + 1),
  )
  if (address === null) return ''
  const [, host = '', port = usualPorts[scheme.toLowerCase()] ?? ''] = address
  const isNumbered = /^(?:redis|valkey)s?$/i.test(scheme)
  const database = isNumbered
    ? numberOf(options.get('db') ?? path.slice(1))
    : datastores.test(scheme)
      ? decoded(path)
      : ''
  return `${(host === '' ? 'localhost' : host).toLowerCase()}${port === '' ? '' : `:${port}`}${database}`
}

/** A database as it is numbered; what is not a number is 0, as the drivers have it. */
function numberOf(text: string): string {
  return /^[-+]?\d{1,9}$/.test(text) ? `/${Number(text)}` : '/0'
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const functions: Readonly<Record<string, CelFunction>> = {
  size: ([value], budget) => sizeOf(value!, budget),
  int: ([value]) => toIntValue(value!),
  uint: ([value]) => toUintValue(value!),
  double: ([value]) => toDoubleValue(value!),
  string: ([value]) => toStringValue(value!),
  bool: ([value]) => toBoolValue(value!),
  dyn: ([value]) => value!,
  type: ([value]) => celTypeOf(value!),
  reachable: ([host]) => reachableHost(celTextOf(host)),
  endpointOf: ([url]) => endpointOf(celTextOf(url)),
}

const methods: Readonly<Record<string, CelFunction>> = {
  ...Object.fromEntries(
    Object.entries(textMethods).map(([name, method]): [string, CelFunction] => [
      name,
      ([text, ...parameters], budget) => method(celTextOf(text), parameters, budget),
    ]),
  ),
  size: ([value], budget) => sizeOf(value!, budget),
  join: ([list, separator], budget) => {
    if (!isList(list!)) throw new EvaluationFault('no-overload')
    return join(list, separator === undefined ? '' : celTextOf(separator), budget)
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

/**
 * CEL's conversions. A text converts only when it is the number and nothing else: what JavaScript makes of `""`,
 * `"0b11"` or a text with blanks around it would not be the value that was written.
 */

/**
 * The first double beyond the range of int; both ends of the range are refused, as CEL has it, since a double there may
 * have been rounded.
 */
const intRange = 2 ** 63

const uintRange = 2 ** 64

/** @throws EvaluationFault */
function toIntValue(value: Value): Value {
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
function toUintValue(value: Value): Value {
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
function toDoubleValue(value: Value): Value {
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
function toBoolValue(value: Value): Value {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') throw new EvaluationFault('no-overload')
  const truth = words.get(value)
  if (truth === undefined) throw new EvaluationFault('no-truth-word')
  return truth
}

/** @throws EvaluationFault for what has no text: null, lists, maps */
function toStringValue(value: Value): Value {
  if (typeof value === 'string') return value
  if (typeof value === 'number')
    return Object.is(value, -0) ? '-0' : value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (isUnsigned(value)) return String(value.value)
  throw new EvaluationFault('no-overload')
}

/**
 * Addresses that mean "every interface" to a server: not every client can connect to them, but the loopback reaches it.
 */
const loopbackOf: Readonly<Record<string, string>> = {
  '': '127.0.0.1',
  '0.0.0.0': '127.0.0.1',
  '::': '::1',
  '[::]': '[::1]',
}

/** The host under which a server that binds to `host` can be reached from its own machine. */
function reachableHost(host: string): string {
  return Object.hasOwn(loopbackOf, host) ? loopbackOf[host]! : host
}

/** A URL whose host is a bind address, with the loopback in its place; any other text unchanged. */
export function reachableUrl(url: string): string {
  return url.replace(
    /^([a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?)(0\.0\.0\.0|\[::\])(?=[:/?#]|$)/i,
    (_, before: string, host: string) => before + reachableHost(host),
  )
}
