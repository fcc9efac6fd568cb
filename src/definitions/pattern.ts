import { RE2JS, RE2JSException } from 're2js'
import type { FactType } from '../base/facts.js'

/** A pattern that cannot be compiled; the message says why, in the author's terms. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}

/**
 * The longest text a pattern is tried on, in UTF-16 units; with the bound on patterns it keeps a match under a second.
 */
export const longestMatchedText = 65_536

/** The longest pattern, in UTF-16 units. */
const longestPattern = 1000

/** A compiled pattern. Like `matches` in CEL it looks for a match anywhere: `^` and `$` tie it down. */
export interface Pattern {
  /** How many instructions it has: what a match may cost for each character. */
  readonly size: number
  /** @throws RangeError for a text over `longestMatchedText` */
  matches(text: string): boolean
}

/**
 * Compiles a pattern in RE2's syntax, which is CEL's, for matching in linear time. The host's RegExp would do the same
 * for most, but a few dozen characters can hold it up for seconds, and no time limit can interrupt that.
 *
 * @throws PatternError
 */
export function compilePattern(source: string): Pattern {
  if (source.length > longestPattern) throw new PatternError(`a pattern may have ${longestPattern} characters`)
  const compiled = compile(source)
  return {
    size: compiled.programSize(),
    matches(text) {
      if (text.length > longestMatchedText) throw new RangeError('the string is too long for a pattern')
      return compiled.matcher(text).find()
    },
  }
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    if (error instanceof RE2JSException) throw new PatternError(error.message, { cause: error })
    throw error
  }
}

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
