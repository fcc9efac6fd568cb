import type { Diagnostic, Position } from '../base/position.js'
import { hash } from 'node:crypto'

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
  const text = canonicalText(value)
  if (text === undefined) throw new TypeError('JSON cannot hold the value')
  return hash('sha256', text)
}

/**
 * What `JSON.stringify` makes of a value with the keys of all its mappings in order; `undefined` for what it leaves
 * out. To sort the keys first takes a copy of everything, and a function that `JSON.stringify` calls is slower still.
 */
function canonicalText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item) ?? 'null').join(',')}]`
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return canonicalText((value.toJSON as () => unknown).call(value))
  let text = ''
  for (const key of keysInOrder(value)) {
    const item = canonicalText((value as Readonly<Record<string, unknown>>)[key])
    if (item !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${item}`
  }
  return `{${text}}`
}

/** In the order that a record has whose keys were set in order: those that are indices come first, as numbers. */
function keysInOrder(value: object): readonly string[] {
  const keys = Object.keys(value)
  if (keys.every((key, at) => at === 0 || keys[at - 1]! < key)) return keys
  return Object.keys(Object.fromEntries(keys.sort((a, b) => (a < b ? -1 : 1)).map((key) => [key, true])))
}
