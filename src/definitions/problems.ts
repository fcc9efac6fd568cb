import type { Diagnostic, Position } from '../base/position.js'
import { createHash } from 'node:crypto'

/** Collects every problem of a compilation, so that one run of the tool shows them all. */
export class Problems {
  readonly #found: Diagnostic[] = []

  readonly #seen = new Set<string>()

  /** The same problem on the same spot counts once, however many aliases lead there. */
  report(position: Position, code: string, message: string, hint?: string): void {
    const key = JSON.stringify([position.file, position.line, position.column, code, message])
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#found.push(hint === undefined ? { position, code, message } : { position, code, message, hint })
  }

  get count(): number {
    return this.#found.length
  }

  /** All of them in the order they were found. */
  found(): readonly Diagnostic[] {
    return this.#found
  }

  /** All of them by file, line and column; two on the same spot in the order they were found. */
  sorted(): Diagnostic[] {
    return [...this.#found].sort(({ position: a }, { position: b }) =>
      a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1,
    )
  }
}

/** sha256 (hex) over a value that JSON can hold, whatever the order of its keys. */
export function canonicalDigest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(withSortedKeys(value)))
    .digest('hex')
}

/** The same value with the keys of all its mappings in order. A function that `JSON.stringify` calls is far slower. */
function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return withSortedKeys((value.toJSON as () => unknown).call(value))
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, withSortedKeys(item)])
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
