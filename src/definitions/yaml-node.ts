import type { Position, Diagnostic } from '../base/errors.js'
import { hash } from 'node:crypto'

/**
 * A YAML document after aliases are followed: every node knows its place, and its tag where the file's reader knows
 * tags of its own.
 */
export type YamlNode = YamlMap | YamlList | YamlScalar

export interface YamlMap {
  readonly kind: 'map'
  readonly position: Position
  readonly tag?: string
  readonly entries: ReadonlyMap<string, YamlEntry>
}

export interface YamlEntry {
  /** Of the key. */
  readonly position: Position
  /**
   * Whether the key is without quotes and without a tag, so that a reader of YAML 1.1 may take it for a number or a
   * truth value.
   */
  readonly isPlain?: boolean
  readonly value: YamlNode
}

export interface YamlList {
  readonly kind: 'list'
  readonly position: Position
  readonly tag?: string
  readonly items: readonly YamlNode[]
}

export interface YamlScalar {
  readonly kind: 'scalar'
  readonly position: Position
  readonly tag?: string
  readonly value: string | number | boolean | null
  /**
   * Columns from `position` to the value's first character, where the text is in the file as it is; else `undefined`.
   */
  readonly textOffset: number | undefined
}

/** One step into a value: a map's key or a list's index. */
export type Path = readonly PropertyKey[]

/** The value of a node as plain JavaScript; `replace` may put something else in a scalar's place. */
export function plainValue(
  node: YamlNode,
  replace: (scalar: YamlScalar) => unknown = (scalar) => scalar.value,
): unknown {
  switch (node.kind) {
    case 'map':
      return plainMap(node, replace)
    case 'list':
      return node.items.map((item) => plainValue(item, replace))
    case 'scalar':
      return replace(node)
  }
}

function plainMap({ entries }: YamlMap, replace: (scalar: YamlScalar) => unknown): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  // No key is `__proto__`: readers refuse that one.
  for (const [key, { value }] of entries) plain[key] = plainValue(value, replace)
  return plain
}

/**
 * The place of the value at a path; of a path that leads out of the document, the place of its deepest existing part.
 */
export function positionAt(node: YamlNode, path: Path): Position {
  let here = node
  for (const step of path) {
    const next =
      here.kind === 'map'
        ? here.entries.get(String(step))?.value
        : here.kind === 'list'
          ? here.items[Number(step)]
          : undefined
    if (next === undefined) break
    here = next
  }
  return here.position
}

/** The node at a path, or `undefined`. */
export function nodeAt(node: YamlNode, path: Path): YamlNode | undefined {
  let here: YamlNode | undefined = node
  for (const step of path) {
    if (here === undefined) return undefined
    here =
      here.kind === 'map'
        ? here.entries.get(String(step))?.value
        : here.kind === 'list'
          ? here.items[Number(step)]
          : undefined
  }
  return here
}

/** Where a character of a scalar's text is in its file, as nearly as the way it is written allows. */
export function positionInText(scalar: YamlScalar, offset: number): Position {
  if (scalar.textOffset === undefined) return scalar.position
  return { ...scalar.position, column: scalar.position.column + scalar.textOffset + offset }
}

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
