import type { Position } from '../base/position.js'

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
