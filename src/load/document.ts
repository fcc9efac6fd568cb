import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type ParsedNode, type Scalar } from 'yaml'
import type { Position } from '../model/position.js'
import type { Problems } from './problems.js'
import type { YamlEntry, YamlNode, YamlScalar } from './yaml-node.js'

/** Nodes a document may have after its aliases are followed, and how deep it may go: far above any real definition file. */
const mostNodes = 50_000
const mostDepth = 50

/**
 * Reads one YAML document, strictly: YAML 1.2 core values only, no duplicate or non-text keys, no unknown tags, no second
 * document, no `__proto__`, aliases within bounds. Every problem is reported with its place.
 *
 * @param file how the file is called in positions
 * @returns the document's root; `undefined` when there is nothing that could be read on
 */
export function readDocument(text: string, file: string, problems: Problems): YamlNode | undefined {
  const lines = new LineCounter()
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  if (isAbsurdlyDeep(text)) {
    problems.report({ file, line: 1, column: 1 }, 'too-large', `the document is nested more than ${mostDepth} levels deep`)
    return undefined
  }
  const document = parse(text, lines)
  for (const error of [...document.errors, ...document.warnings]) {
    problems.report(place(error.pos[0]), syntaxCodes[error.code] ?? 'yaml-syntax', error.message)
  }
  if (document.errors.length > 0 && document.errors.some((error) => !readable.has(error.code))) return undefined
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    problems.report({ file, line: 1, column: 1 }, 'empty-file', 'the file holds no definitions')
    return undefined
  }
  return new Reader(document, text, place, problems).read(document.contents)
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed {
  return parseDocument(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    // The parser compares every key with every other, which takes a minute for a large file; `Reader` does it with a map.
    uniqueKeys: false,
    stringKeys: true,
    merge: false,
    prettyErrors: false,
    // `silent` would also keep quiet about a second document.
    logLevel: 'error',
    lineCounter,
  })
}

/**
 * Whether a text would take the parser down: it descends by recursion, and where the stack ends inside one of its regular
 * expressions the whole process dies. Counts open brackets, in strings too, and list markers in a row; real files have a handful.
 */
function isAbsurdlyDeep(text: string): boolean {
  let open = 0
  for (const character of text) {
    if (character === '[' || character === '{') open += 1
    else if ((character === ']' || character === '}') && open > 0) open -= 1
    if (open > 500) return true
  }
  return /^ *(?:[-?:] +){200}/m.test(text)
}

const syntaxCodes: Readonly<Record<string, string>> = {
  NON_STRING_KEY: 'key-not-text',
  MULTIPLE_DOCS: 'several-documents',
  TAG_RESOLVE_FAILED: 'unknown-tag',
}

/** Errors after which the rest of the document still means what it says, so that its other problems can be listed too. */
const readable: ReadonlySet<string> = new Set(['NON_STRING_KEY', 'MULTIPLE_DOCS'])

/** Turns the library's nodes into ours. */
class Reader {
  #nodes = 0

  constructor(
    readonly document: Document.Parsed,
    readonly text: string,
    readonly place: (offset: number) => Position,
    readonly problems: Problems,
  ) {}

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
    const start = node?.range?.[0] ?? 0
    const position = this.place(start)
    this.#nodes += 1
    if (this.#nodes > mostNodes) throw new TooLarge(position, `the document has more than ${mostNodes} nodes once its aliases are followed`)
    if (depth > mostDepth) throw new TooLarge(position, `the document is nested more than ${mostDepth} levels deep, or holds itself`)
    if (isAlias(node)) {
      const target = node.resolve(this.document)
      if (target !== undefined) return this.#node(target, depth + 1)
      this.problems.report(position, 'unknown-alias', 'the alias names an anchor that does not stand before it')
      return { kind: 'scalar', position, value: null, textOffset: undefined }
    }
    if (isMap(node)) {
      const entries = new Map<string, YamlEntry>()
      for (const pair of node.items) this.#entry(pair.key as Node, pair.value as Node | null, depth, entries)
      return { kind: 'map', position, entries }
    }
    if (isSeq(node)) return { kind: 'list', position, items: node.items.map((item) => this.#node(item as Node | null, depth + 1)) }
    return this.#scalar(node as Scalar | null, position, start)
  }

  #entry(key: Node, value: Node | null, depth: number, entries: Map<string, YamlEntry>): void {
    const position = this.place(key.range?.[0] ?? 0)
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined
    if (name === undefined) {
      if (isAlias(key)) this.problems.report(position, 'key-not-text', 'a key must be written out as text')
      return
    }
    if (name === '__proto__') {
      this.problems.report(position, 'unknown-key', 'unknown key __proto__')
      return
    }
    if (entries.has(name)) {
      // The first one is what the rest of the compilation judges.
      this.problems.report(position, 'duplicate-key', `the key ${name} stands here a second time`)
      return
    }
    const read = value === null ? this.#scalar(null, position, 0) : this.#node(value, depth + 1)
    // An empty value has no place of its own: its key's is the one a reader looks at.
    const empty = read.kind === 'scalar' && read.value === null
    entries.set(name, { position, value: empty ? { ...read, position } : read })
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

class TooLarge extends Error {
  constructor(
    readonly position: Position,
    message: string,
  ) {
    super(message)
  }
}
