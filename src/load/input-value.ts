import { parseDuration } from '../kernel/duration.js'
import type { InputDefinition } from '../model/definition.js'
import type { FactType } from '../model/facts.js'
import { reachableUrl } from './expression/reachable.js'

type Typed = Pick<InputDefinition, 'type' | 'values'>

/** The type that expressions give an input; one with listed values can be compared with nothing else. */
export function factTypeOfInput({ type, values }: Typed): FactType {
  switch (type) {
    case 'integer':
      return { type: 'int' }
    case 'number':
      return { type: 'double' }
    case 'boolean':
      return { type: 'bool' }
    case 'list':
      return { type: 'list', of: { type: 'string' } }
    default:
      return values === undefined ? { type: 'string' } : { type: 'enumeration', values }
  }
}

/** What a value would have to be to be one of an input's; `undefined` when it is. Says nothing of the value. */
export function inputComplaint({ type, values }: Typed, value: unknown): string | undefined {
  const expected = expectations[type]
  if (!expected.accepts(value)) return `must be ${expected.words}`
  if (values !== undefined && !values.includes(value as string)) return `must be one of ${values.join(', ')}`
  return undefined
}

const isText = (value: unknown): value is string => typeof value === 'string'
// eslint-disable-next-line no-control-regex -- control characters are what an address must not hold
const isOneWord = (value: unknown): boolean => isText(value) && value !== '' && !/[\s\u0000-\u001F\u007F]/.test(value)

const expectations: Readonly<Record<InputDefinition['type'], { readonly words: string; accepts(value: unknown): boolean }>> = {
  string: { words: 'text', accepts: isText },
  integer: { words: 'a whole number', accepts: Number.isSafeInteger },
  number: { words: 'a number', accepts: Number.isFinite },
  boolean: { words: 'true or false', accepts: (value) => typeof value === 'boolean' },
  duration: { words: 'a duration with its unit, such as 500ms, 2s or 5m', accepts: (value) => isText(value) && parseDuration(value) !== undefined },
  url: { words: 'an address without blanks', accepts: isOneWord },
  path: { words: 'a path', accepts: (value) => isText(value) && value !== '' && !value.includes('\0') },
  list: { words: 'a list of text', accepts: (value) => Array.isArray(value) && value.every(isText) },
}

/** What a deployment says of an input: text, or a list of texts. */
export type GivenInput = string | readonly string[]

/** Reads a given text as an input of its type would be written; a text that cannot be read stays text, for the complaint. */
export function readGivenInput({ type }: Typed, given: GivenInput): unknown {
  if (typeof given !== 'string') return given
  switch (type) {
    case 'integer':
      return /^[+-]?\d+$/.test(given) ? Number(given) : given
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : given
    case 'boolean':
      return given === 'true' ? true : given === 'false' ? false : given
    case 'list':
      return given === '' ? [] : given.split(',').map((item) => item.trim())
    default:
      return given
  }
}

/** The value a probe is to use: of an address, the one under which it can be reached. */
export function usableInput({ type }: Typed, value: unknown): unknown {
  return type === 'url' && isText(value) ? reachableUrl(value) : value
}
