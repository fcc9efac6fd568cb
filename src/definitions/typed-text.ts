import type { FactType } from '../base/facts.js'

const types: Readonly<Record<string, FactType>> = {
  integer: { type: 'int' },
  number: { type: 'double' },
  boolean: { type: 'bool' },
  list: { type: 'list', of: { type: 'string' } },
}

/**
 * The type that expressions give to what is declared as an integer, a number, a boolean or a list, in any kind of file;
 * `undefined` for all that is text.
 */
export function untextualType(declared: string): FactType | undefined {
  return Object.hasOwn(types, declared) ? types[declared] : undefined
}

/** Reads text as a value of its type would be written; text that cannot be read stays text, for the complaint. */
export function readTypedText(declared: string, text: string): unknown {
  switch (declared) {
    case 'integer':
      return /^[+-]?\d{1,16}$/.test(text) ? Number(text) : text
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : text
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'list':
      return text === '' ? [] : text.split(',').map((item) => item.trim())
    default:
      return text
  }
}
