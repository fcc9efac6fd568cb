import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { isBuilt, packageRoot } from '../base/package.js'
import type { Position } from '../base/errors.js'
import type { YamlEntry, YamlNode, YamlScalar } from './yaml-node.js'

/** Where the build keeps what it parsed: a file for each text, by the text's sha256. */
const folder = new URL('dist/documents/', packageRoot)

/** A node as JSON: lists are quicker to read than objects, and every position is of the same file. */
export type StoredNode = StoredScalar | StoredList | StoredMap

type StoredScalar = readonly ['s', line: number, column: number, value: YamlScalar['value'], textOffset: number | null]

type StoredList = readonly ['l', line: number, column: number, items: readonly StoredNode[]]

type StoredMap = readonly ['m', line: number, column: number, entries: readonly StoredEntry[]]

type StoredEntry = readonly [key: string, line: number, column: number, isPlain: 0 | 1 | -1, value: StoredNode]

let names: ReadonlySet<string> | undefined

/**
 * The document that the build made of exactly this text, without a problem. Nothing else is ever read from there: a
 * text that differs is parsed, and what users write is kept nowhere.
 *
 * @param file how the file is called in positions
 */
export function builtInDocument(text: string, file: string): YamlNode | undefined {
  if (!isBuilt) return undefined
  names ??= storedNames()
  const name = storedName(text)
  if (!names.has(name)) return undefined
  const [digest, json = ''] = readFileSync(new URL(name, folder), 'utf8').split('\n', 2)
  return digest === sha256(json) ? restored(JSON.parse(json) as StoredNode, file) : undefined
}

function storedNames(): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder))
  } catch {
    return new Set()
  }
}

/** The name under which the build keeps what it made of a text. */
export function storedName(text: string): string {
  return `${sha256(text)}.txt`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * What the build keeps of a document: a line of JSON below its sha256, by which a damaged file is known and left alone.
 */
export function storedText(document: YamlNode): string {
  const json = JSON.stringify(stored(document))
  return `${sha256(json)}\n${json}\n`
}

/** A document as the build keeps it; tags are not kept, since definitions have none. */
export function stored(node: YamlNode): StoredNode {
  const { line, column } = node.position
  switch (node.kind) {
    case 'scalar':
      return ['s', line, column, node.value, node.textOffset ?? null]
    case 'list':
      return ['l', line, column, node.items.map(stored)]
    case 'map':
      return ['m', line, column, [...node.entries].map(storedEntry)]
  }
}

function storedEntry([key, { position, isPlain, value }]: readonly [string, YamlEntry]): StoredEntry {
  const plain = isPlain === undefined ? -1 : isPlain ? 1 : 0
  return [key, position.line, position.column, plain, stored(value)]
}

/** The document that was kept. */
export function restored(node: StoredNode, file: string): YamlNode {
  const position: Position = { file, line: node[1], column: node[2] }
  if (node[0] === 's') return { kind: 'scalar', position, value: node[3], textOffset: node[4] ?? undefined }
  if (node[0] === 'l') return { kind: 'list', position, items: node[3].map((item) => restored(item, file)) }
  const entries = new Map<string, YamlEntry>()
  for (const [key, line, column, isPlain, value] of node[3]) {
    const plain = isPlain === -1 ? {} : { isPlain: isPlain === 1 }
    entries.set(key, { position: { file, line, column }, ...plain, value: restored(value, file) })
  }
  return { kind: 'map', position, entries }
}
