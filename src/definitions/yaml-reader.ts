import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  visit,
  type Alias,
  type Document,
  type Node,
  type Pair,
  type ParsedNode,
  type Scalar,
} from 'yaml'
import type { Position } from '../base/errors.js'
import type { Problems, YamlEntry, YamlNode, YamlScalar } from './yaml-node.js'

/** How deep a document may go: far above any real one. */
export const mostDepth = 50

export interface ReaderOptions {
  /** Nodes the document may have after its aliases are followed. */
  readonly mostNodes: number
  /** Whether `<<` takes over the entries of another mapping, as in YAML 1.1; else it is a key like any other. */
  readonly mergesKeys: boolean
  /** Whether problems may show keys: in a file with secrets, a slip of the pen makes a key of one. */
  readonly showsKeys: boolean
  /** Tags that its nodes may have. */
  readonly tags?: readonly string[]
}

/** Turns the library's nodes of one document into ours. */
export class YamlReader {
  #nodes = 0
  readonly #targets: ReadonlyMap<Alias, Node>

  constructor(
    readonly document: Document.Parsed,
    readonly text: string,
    readonly place: (offset: number) => Position,
    readonly problems: Problems,
    readonly options: ReaderOptions,
  ) {
    this.#targets = text.includes('*') ? targetsOf(document) : new Map()
  }

  read(root: ParsedNode): YamlNode | undefined {
    try {
      return this.#node(root, 0)
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error
      this.problems.report(error.position, 'too-large', error.message)
      return undefined
    }
  }

  #node(node: Node | null, depth: number): YamlNode {
    const read = this.#untagged(node, depth)
    const tag = this.options.tags?.find((each) => each === (node as { readonly tag?: string } | null)?.tag)
    return tag === undefined ? read : { ...read, tag }
  }

  #untagged(node: Node | null, depth: number): YamlNode {
    const start = node?.range?.[0] ?? 0
    const position = this.place(start)
    this.#nodes += 1
    if (this.#nodes > this.options.mostNodes)
      throw new TooLarge(
        position,
        `the document has more than ${this.options.mostNodes} nodes once its aliases are followed`,
      )
    if (depth > mostDepth)
      throw new TooLarge(position, `the document is nested more than ${mostDepth} levels deep, or contains itself`)
    if (isAlias(node)) {
      const target = this.#targets.get(node)
      if (target !== undefined) return this.#node(target, depth + 1)
      this.problems.report(position, 'unknown-alias', 'unknown anchor: an anchor must come before its alias')
      return { kind: 'scalar', position, value: null, textOffset: undefined }
    }
    if (isMap(node)) return { kind: 'map', position, entries: this.#entries(node.items, depth) }
    if (isSeq(node))
      return { kind: 'list', position, items: node.items.map((item) => this.#node(item as Node | null, depth + 1)) }
    return this.#scalar(node, position, start)
  }

  #entries(pairs: readonly Pair[], depth: number): ReadonlyMap<string, YamlEntry> {
    const entries = new Map<string, YamlEntry>()
    const merged: YamlNode[] = []
    for (const { key, value } of pairs) {
      if (this.options.mergesKeys && isMergeKey(key)) merged.push(this.#node(value as Node | null, depth + 1))
      else this.#entry(key as Node, value as Node | null, depth, entries)
    }
    // What the mapping says itself wins wherever it is, and of several merged ones the first.
    for (const [name, entry] of merged.flatMap((node) => this.#mergedEntries(node)))
      if (!entries.has(name)) entries.set(name, entry)
    return entries
  }

  #mergedEntries(node: YamlNode): readonly (readonly [string, YamlEntry])[] {
    if (node.kind === 'map') return [...node.entries]
    if (node.kind === 'list' && node.items.every(({ kind }) => kind === 'map'))
      return node.items.flatMap((item) => this.#mergedEntries(item))
    this.problems.report(node.position, 'merge-key', '<< must have a mapping or a list of mappings')
    return []
  }

  #entry(key: Node, value: Node | null, depth: number, entries: Map<string, YamlEntry>): void {
    const position = this.place(key.range?.[0] ?? 0)
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined
    if (name === undefined) {
      if (isAlias(key)) this.problems.report(position, 'key-not-text', 'a key must be plain text')
      return
    }
    if (name === '__proto__') {
      this.problems.report(position, 'unknown-key', 'unknown key __proto__')
      return
    }
    if (entries.has(name)) {
      // The first one is what the rest of the compilation judges.
      this.problems.report(position, 'duplicate-key', `duplicate key${this.options.showsKeys ? ` ${name}` : ''}`)
      return
    }
    const read = value === null ? this.#scalar(null, position, 0) : this.#node(value, depth + 1)
    // An empty value has no place of its own: its key's is the one a reader looks at.
    const empty = read.kind === 'scalar' && read.value === null
    const isPlain = isScalar(key) && key.type === 'PLAIN' && key.tag === undefined
    entries.set(name, { position, isPlain, value: empty ? { ...read, position } : read })
  }

  #scalar(scalar: Scalar | null, position: Position, start: number): YamlScalar {
    const value = scalar === null ? null : scalar.value
    if (typeof value !== 'string') {
      const known = typeof value === 'number' || typeof value === 'boolean' ? value : null
      return { kind: 'scalar', position, value: known, textOffset: undefined }
    }
    const textOffset = [0, 1].find((offset) => this.text.startsWith(value, start + offset) && !value.includes('\n'))
    return { kind: 'scalar', position, value, textOffset }
  }
}

/**
 * What each alias stands for: the last node before it with its anchor. The library looks through the whole document for
 * each.
 */
function targetsOf(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  visit(document, {
    Alias: (_, alias) => {
      const target = anchors.get(alias.source)
      if (target !== undefined) targets.set(alias, target)
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node)
    },
  })
  return targets
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN'
}

class TooLarge extends Error {
  constructor(
    readonly position: Position,
    message: string,
  ) {
    super(message)
  }
}
