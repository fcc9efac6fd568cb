import { parseDuration } from '../../base/time/duration.js'
import type { InputDefinition } from '../../definitions/input-definition.js'
import type { FactType } from '../../base/facts.js'
import { reachableUrl } from '../../definitions/expression/reachable.js'
import { readTypedText, untextualType } from '../../definitions/typed-text.js'

type Typed = Pick<InputDefinition, 'type' | 'values'>

/** The type that expressions give an input; one with listed values can be compared with nothing else. */
export function factTypeOfInput({ type, values }: Typed): FactType {
  return untextualType(type) ?? (values === undefined ? { type: 'string' } : { type: 'enumeration', values })
}

/** What a value would have to be to be one of an input's; `undefined` when it is. Says nothing of the value. */
export function inputComplaint({ type, values }: Typed, value: unknown): string | undefined {
  const expected = expectations[type]
  if (!expected.accepts(value)) return `must be ${expected.words}`
  if (values !== undefined && !values.includes(value as string)) return `must be one of ${values.join(', ')}`
  return undefined
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isOneWord = (value: unknown): boolean => isText(value) && value !== '' && !/[\s\u0000-\u001F\u007F]/.test(value)

const expectations: Readonly<
  Record<InputDefinition['type'], { readonly words: string; accepts(value: unknown): boolean }>
> = {
  string: { words: 'text', accepts: isText },
  integer: { words: 'a whole number', accepts: Number.isSafeInteger },
  number: { words: 'a number', accepts: Number.isFinite },
  boolean: { words: 'true or false', accepts: (value) => typeof value === 'boolean' },
  duration: {
    words: 'a duration with its unit, such as 500ms, 2s or 5m',
    accepts: (value) => isText(value) && parseDuration(value) !== undefined,
  },
  url: { words: 'an address without blanks', accepts: isOneWord },
  path: { words: 'a path', accepts: (value) => isText(value) && value !== '' && !value.includes('\0') },
  list: { words: 'a list of text', accepts: (value) => Array.isArray(value) && value.every(isText) },
}

/** What a deployment says of an input: text, or a list of texts. */
export type GivenInput = string | readonly string[]

/** What was given, read as an input of its type. */
export function readGivenInput({ type }: Typed, given: GivenInput): unknown {
  return typeof given === 'string' ? readTypedText(type, given) : given
}

/** The value a probe is to use: of an address, the one under which it can be reached. */
export function usableInput({ type }: Typed, value: unknown): unknown {
  return type === 'url' && isText(value) ? reachableUrl(value) : value
}
