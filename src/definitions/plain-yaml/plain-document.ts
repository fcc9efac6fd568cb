import { mostDepth, mostNodes, type YamlEntry, type YamlList, type YamlMap, type YamlNode } from '../yaml-node.js'
import { readBlockText } from './block-text.js'
import { isQuote, plainScalar, readFlowText, readQuoted, startsPlain } from './plain-scalar.js'
import { BeyondSubset, characters, leaveToLibrary, TextCursor } from './text-cursor.js'

/**
 * Reads the YAML that files of definitions are mostly written in: mappings and lists in lines of their own or in
 * brackets, texts with and without quotes, comments. Ten times as fast as the library, which makes a token, a node and
 * a range of each piece.
 *
 * It reads only what it is sure of. Whatever else there is (an anchor, a tag, an unusual number, a second document, a
 * tab) and whatever is wrong is left to the library, which reads the whole text and reports its problems.
 *
 * @returns exactly what `readYamlDocument` makes of the text; `undefined` where the library must read it
 */
export function readPlainDocument(text: string, file: string): YamlNode | undefined {
  if (unusualCharacters.test(text)) return undefined
  try {
    return new PlainDocument(new TextCursor(text, file)).read()
  } catch (error) {
    if (error instanceof BeyondSubset) return undefined
    throw error
  }
}

/** Tabs, carriage returns, other controls, and what some readers take for the end of a line. */
const unusualCharacters = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029\uFEFF]/

/** A key and its colon. What follows is a space or the end of the line. */
const keyPattern = /([A-Za-z0-9_][A-Za-z0-9_.*/-]{0,199}|"[^"\\\n]{1,200}"):(?=[ \n]|$)/y

const [comma, openList, closeList, openMap, closeMap, literal, folded] = [44, 91, 93, 123, 125, 124, 62] as const

class PlainDocument {
  #nodes = 0
  /** The same key is in every check. */
  readonly #keys = new Map<string, string>()

  constructor(private readonly cursor: TextCursor) {}

  read(): YamlNode {
    const { cursor } = this
    cursor.skipEmptyLines()
    if (cursor.isAtEnd() || cursor.indent > 0) leaveToLibrary()
    const root = this.#block(0)
    if (!cursor.isAtEnd()) leaveToLibrary()
    return root
  }

  /** A mapping or a list in lines of its own, from its first character; ends at the content behind it. */
  #block(depth: number): YamlNode {
    this.#count(depth)
    return this.#isAtItem() ? this.#list(depth) : this.#map(depth)
  }

  #isAtItem(): boolean {
    const { cursor } = this
    return cursor.character === characters.hyphen && cursor.text.charCodeAt(cursor.at + 1) === characters.space
  }

  #map(depth: number): YamlMap {
    const { cursor } = this
    const { position, indent } = cursor
    const entries = new Map<string, YamlEntry>()
    do {
      const keyPosition = cursor.position
      const { key, isPlain } = this.#key(entries)
      cursor.skipSpaces()
      entries.set(key, { position: keyPosition, isPlain, value: this.#value(keyPosition, indent, depth + 1) })
    } while (!cursor.isAtEnd() && cursor.indent === indent)
    if (!cursor.isAtEnd() && cursor.indent > indent) leaveToLibrary()
    return { kind: 'map', position, entries }
  }

  /** A key and its colon. */
  #key(entries: ReadonlyMap<string, unknown>): { readonly key: string; readonly isPlain: boolean } {
    keyPattern.lastIndex = this.cursor.at
    const written = keyPattern.exec(this.cursor.text)?.[1]
    if (written === undefined) leaveToLibrary()
    this.cursor.at += written.length + 1
    const isPlain = written[0] !== '"'
    const key = this.#known(isPlain ? written : written.slice(1, -1))
    if (entries.has(key) || key === '__proto__') leaveToLibrary()
    return { key, isPlain }
  }

  #known(key: string): string {
    const known = this.#keys.get(key)
    if (known !== undefined) return known
    this.#keys.set(key, key)
    return key
  }

  #list(depth: number): YamlList {
    const { cursor } = this
    const { position, indent } = cursor
    const items: YamlNode[] = []
    do {
      if (!this.#isAtItem()) leaveToLibrary()
      cursor.at += 1
      cursor.skipSpaces()
      keyPattern.lastIndex = cursor.at
      items.push(keyPattern.test(cursor.text) ? this.#block(depth + 1) : this.#value(undefined, indent, depth + 1))
    } while (!cursor.isAtEnd() && cursor.indent === indent)
    if (!cursor.isAtEnd() && cursor.indent > indent) leaveToLibrary()
    return { kind: 'list', position, items }
  }

  /**
   * What is behind a key or a hyphen, to the next content.
   *
   * @param place of an empty value; `undefined` where there must be one
   * @param outer indent of what the value belongs to
   */
  #value(place: YamlEntry['position'] | undefined, outer: number, depth: number): YamlNode {
    const { cursor } = this
    if (cursor.isAtLineEnd() || cursor.character === characters.hash) return this.#below(place, outer, depth)
    this.#count(depth)
    if (cursor.character === literal || cursor.character === folded) return readBlockText(cursor, outer)
    if (startsPlain(cursor)) return this.#plain(outer)
    const value = this.#flow(outer, depth)
    cursor.endLine()
    cursor.nextContent()
    return value
  }

  /** What is in the lines below a key or a hyphen. */
  #below(place: YamlEntry['position'] | undefined, outer: number, depth: number): YamlNode {
    const { cursor } = this
    cursor.endLine()
    cursor.nextContent()
    if (!cursor.isAtEnd() && cursor.indent > outer) return this.#block(depth)
    if (place === undefined || (!cursor.isAtEnd() && this.#isAtItem() && cursor.indent === outer)) leaveToLibrary()
    this.#count(depth)
    return { kind: 'scalar', position: place, value: null, textOffset: undefined }
  }

  /** A text without quotes, which may go on in lines that are further in. */
  #plain(outer: number): YamlNode {
    const { cursor } = this
    const { position } = cursor
    const first = this.#plainLine()
    const isEnded = cursor.character === characters.hash
    cursor.at = cursor.lineEnd
    cursor.nextContent()
    if (cursor.isAtEnd() || cursor.indent <= outer) return plainScalar(first, position)
    if (isEnded) leaveToLibrary()
    let text = first
    while (!cursor.isAtEnd() && cursor.indent > outer) {
      if (cursor.hasSkipped || !startsPlain(cursor)) leaveToLibrary()
      text += ` ${this.#plainLine()}`
      if (cursor.character === characters.hash) leaveToLibrary()
      cursor.nextContent()
    }
    return { kind: 'scalar', position, value: text, textOffset: undefined }
  }

  /** A line of a text without quotes, without the spaces at its end; stops at a comment or the end of the line. */
  #plainLine(): string {
    const { cursor } = this
    const written = cursor.text.slice(cursor.at, cursor.lineEnd)
    const comment = written.indexOf(' #')
    cursor.at += comment === -1 ? written.length : comment + 1
    const line = (comment === -1 ? written : written.slice(0, comment)).trimEnd()
    if (line.includes(': ') || line.endsWith(':')) leaveToLibrary()
    return line
  }

  /** A quoted text, or a collection in brackets. */
  #flow(outer: number, depth: number): YamlNode {
    const { character } = this.cursor
    if (isQuote(character)) return readQuoted(this.cursor)
    if (character === openList) return this.#flowList(outer, depth)
    if (character === openMap) return this.#flowMap(outer, depth)
    leaveToLibrary()
  }

  #flowList(outer: number, depth: number): YamlList {
    const { cursor } = this
    const { position } = cursor
    const items: YamlNode[] = []
    cursor.at += 1
    this.#flowSpace(outer)
    while (cursor.character !== closeList) {
      items.push(this.#flowValue(outer, depth + 1))
      this.#separator(closeList, outer)
    }
    cursor.at += 1
    return { kind: 'list', position, items }
  }

  #flowMap(outer: number, depth: number): YamlMap {
    const { cursor } = this
    const { position } = cursor
    const entries = new Map<string, YamlEntry>()
    cursor.at += 1
    this.#flowSpace(outer)
    while (cursor.character !== closeMap) {
      const keyPosition = cursor.position
      const { key, isPlain } = this.#key(entries)
      if (cursor.character !== characters.space) leaveToLibrary()
      cursor.skipSpaces()
      entries.set(key, { position: keyPosition, isPlain, value: this.#flowValue(outer, depth + 1) })
      this.#separator(closeMap, outer)
    }
    cursor.at += 1
    return { kind: 'map', position, entries }
  }

  #flowValue(outer: number, depth: number): YamlNode {
    const { cursor } = this
    this.#count(depth)
    if (!startsPlain(cursor)) return this.#flow(outer, depth)
    const { position } = cursor
    return plainScalar(readFlowText(cursor), position)
  }

  /** The comma before another item, or the bracket that ends the collection. */
  #separator(close: number, outer: number): void {
    const { cursor } = this
    this.#flowSpace(outer)
    if (cursor.character === close) return
    if (cursor.character !== comma) leaveToLibrary()
    cursor.at += 1
    this.#flowSpace(outer)
  }

  /** Spaces and line ends inside brackets. */
  #flowSpace(outer: number): void {
    const { cursor } = this
    cursor.skipSpaces()
    if (cursor.character !== characters.lineEnd) return
    cursor.nextContent()
    if (cursor.isAtEnd() || cursor.hasSkipped || cursor.indent <= outer) leaveToLibrary()
  }

  #count(depth: number): void {
    this.#nodes += 1
    if (this.#nodes > mostNodes || depth > mostDepth) leaveToLibrary()
  }
}
