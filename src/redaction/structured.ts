import { MARKER } from './marker.js'
import { isCredentialKey } from './secret-name.js'
import { isError, serialisedError } from './serialised-error.js'
import { isCredentialFlag } from './shapes/command-line.js'
import { isPlainValue } from './shapes/plain-value.js'

const MAX_DEPTH = 64

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Whether an array's element is a credential by what stands before it: a flag, or `AUTH` in a command's arguments. */
function isArgumentOf(items: readonly unknown[], index: number): boolean {
  const [before, last] = [items[index - 2], items[index - 1]]
  if (typeof last === 'string' && (isCredentialFlag(last) || /^auth$/i.test(last))) return true
  return typeof before === 'string' && /^auth$/i.test(before)
}

/**
 * Scrubs the string leaves of plain objects and arrays with `text`. Keys, numbers, booleans stay; an error becomes what
 * may be shown of it; any other object is a marker, since nobody knows what its properties hold. A string under a
 * key that names a credential is a marker whatever it looks like.
 */
export class StructuredScrubber {
  readonly #text: (input: string) => string

  constructor(text: (input: string) => string) {
    this.#text = text
  }

  scrub(value: unknown): unknown {
    try {
      return this.#leafOrTree(value, new Set())
    } catch {
      return MARKER
    }
  }

  #leafOrTree(value: unknown, above: ReadonlySet<object>): unknown {
    if (typeof value === 'string') return this.#text(value)
    if (typeof value === 'function' || typeof value === 'symbol') return MARKER
    if (value === null || typeof value !== 'object') return value
    if (above.has(value) || above.size >= MAX_DEPTH) return MARKER
    if (isError(value)) return serialisedError(value, this.#text)
    const path = new Set(above).add(value)
    if (Array.isArray(value)) return this.#array(value, path)
    return isPlainObject(value) ? this.#object(value, path) : MARKER
  }

  #array(items: readonly unknown[], path: ReadonlySet<object>): unknown[] {
    return Array.from(items, (item, index) =>
      typeof item === 'string' && isArgumentOf(items, index) && !isPlainValue(item)
        ? MARKER
        : this.#leafOrTree(item, path),
    )
  }

  #object(value: object, path: ReadonlySet<object>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]: [string, unknown]) =>
        typeof item === 'string' && isCredentialKey(key) && !isPlainValue(item)
          ? [key, MARKER]
          : [key, this.#leafOrTree(item, path)],
      ),
    )
  }
}
