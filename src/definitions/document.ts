import {
  isScalar,
  LineCounter,
  parseAllDocuments,
  parseDocument,
  type Document,
  type DocumentOptions,
  type ParseOptions,
  type SchemaOptions,
  Lexer,
} from 'yaml'
import type { Position } from '../base/errors.js'
import type { Problems, YamlNode } from './yaml-node.js'
import { mostDepth, YamlReader, type ReaderOptions } from './yaml-reader.js'

/** Far above any definition file that is written by hand; 4 MiB of checks have some 250,000. */
const definitions: ReaderOptions = { mostNodes: 400_000, mergesKeys: false, showsKeys: true }

/** Far above any manifest that is written for people; generated ones of a whole cluster come near. */
const manifests: ReaderOptions = { mostNodes: 400_000, mergesKeys: true, showsKeys: false }

/**
 * Reads one YAML document, strictly: YAML 1.2 core values only, no duplicate or non-text keys, no unknown tags, no
 * second document, no `__proto__`, aliases within bounds. Every problem is reported with its place.
 *
 * @param file how the file is called in positions
 * @returns the document's root; `undefined` when there is nothing that could be read on
 */
export function readYamlDocument(text: string, file: string, problems: Problems): YamlNode | undefined {
  const lines = new LineCounter()
  const place = placeIn(file, lines)
  if (reportAbsurdDepth(text, file, problems)) return undefined
  const document = parseDocument(text, parserOptions(lines))
  for (const error of [...document.errors, ...document.warnings]) {
    problems.report(
      place(error.pos[0]),
      syntaxCodes[error.code] ?? 'yaml-syntax',
      syntaxMessages[error.code] ?? error.message,
    )
  }
  if (document.errors.length > 0 && document.errors.some((error) => !readable.has(error.code))) return undefined
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    problems.report({ file, line: 1, column: 1 }, 'empty-file', 'the file holds no definitions')
    return undefined
  }
  return new YamlReader(document, text, place, problems, definitions).read(document.contents)
}

/**
 * Reads every YAML document of a manifest that is written for another program, with YAML 1.1's merge keys, and else as
 * strictly as `readYamlDocument`. Its text may hold secrets, so that no problem quotes any of it.
 *
 * @param file how the file is called in positions
 * @param tags that the other program knows
 * @returns the roots of the documents that are not empty; none when there is a problem with any of them
 */
export function readManifest(
  text: string,
  file: string,
  problems: Problems,
  tags: readonly string[] = [],
): readonly YamlNode[] {
  const before = problems.count
  if (reportAbsurdDepth(text, file, problems)) return []
  const lines = new LineCounter()
  const place = placeIn(file, lines)
  const parsed: readonly Document.Parsed[] = parseAllDocuments(text, parserOptions(lines))
  const isKnownTag = ({ code, message }: { readonly code: string; readonly message: string }): boolean =>
    code === 'TAG_RESOLVE_FAILED' && tags.some((tag) => message === `Unresolved tag: ${tag}`)
  for (const { pos, code } of parsed
    .flatMap(({ errors, warnings }) => [...errors, ...warnings])
    .filter((problem) => !isKnownTag(problem))) {
    problems.report(
      place(pos[0]),
      syntaxCodes[code] ?? 'yaml-syntax',
      `the file is not valid YAML here (${code.toLowerCase().replaceAll('_', ' ')})`,
    )
  }
  if (problems.count > before) return []
  const roots = parsed.flatMap((document) =>
    document.contents === null
      ? []
      : (new YamlReader(document, text, place, problems, { ...manifests, tags }).read(document.contents) ?? []),
  )
  return problems.count > before ? [] : roots.filter((root) => root.kind !== 'scalar' || root.value !== null)
}

function placeIn(file: string, lines: LineCounter): (offset: number) => Position {
  return (offset) => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
}

function reportAbsurdDepth(text: string, file: string, problems: Problems): boolean {
  const isTooDeep = nestsTooDeep(text)
  if (isTooDeep)
    problems.report(
      { file, line: 1, column: 1 },
      'too-large',
      `the document is nested more than ${mostDepth} levels deep`,
    )
  return isTooDeep
}

function parserOptions(lineCounter: LineCounter): ParseOptions & DocumentOptions & SchemaOptions {
  return {
    version: '1.2',
    schema: 'core',
    strict: true,
    // The parser compares every key with every other, which takes a minute for a large file; `YamlReader` does it with
    // a map.
    uniqueKeys: false,
    stringKeys: true,
    merge: false,
    // Else a value that is marked !!binary or !!timestamp becomes nothing at all.
    resolveKnownTags: false,
    prettyErrors: false,
    // `silent` would also keep quiet about a second document.
    logLevel: 'error',
    lineCounter,
  }
}

const syntaxCodes: Readonly<Record<string, string>> = {
  NON_STRING_KEY: 'key-not-text',
  MULTIPLE_DOCS: 'several-documents',
  TAG_RESOLVE_FAILED: 'unknown-tag',
}

/** Where the parser's own words speak to a programmer. */
const syntaxMessages: Readonly<Record<string, string>> = { MULTIPLE_DOCS: 'the file must hold one YAML document' }

/**
 * Errors after which the rest of the document still means what it says, so that its other problems can be listed too.
 */
const readable: ReadonlySet<string> = new Set(['NON_STRING_KEY', 'MULTIPLE_DOCS'])

/** Levels that are more than any file means, and few enough for a parser that descends by recursion. */
const mostLevels = 100

/** What the lexer puts before the text of a scalar. */
const scalarFollows = '\u001F'

/**
 * Whether a text would take the parser down: it descends by recursion, and where the stack or the memory ends there the
 * whole process dies. Three things nest: brackets (counted as the lexer sees them, past strings and comments), lines
 * that are indented further and further, and markers in a row on one line.
 */
export function nestsTooDeep(text: string): boolean {
  return linesNestTooDeep(text) || bracketsNestTooDeep(text)
}

function bracketsNestTooDeep(text: string): boolean {
  // So few the parser bears, and most files have no more: the lexer is slow.
  if ((text.match(/[[{]/g)?.length ?? 0) <= 5 * mostLevels) return false
  let open = 0
  let before = ''
  for (const token of new Lexer().lex(text)) {
    if (before !== scalarFollows) {
      if (token === '[' || token === '{') open += 1
      else if ((token === ']' || token === '}') && open > 0) open -= 1
      if (open > mostLevels) return true
    }
    before = token
  }
  return false
}

function linesNestTooDeep(text: string): boolean {
  /** Columns at which something begins that is not ended yet. */
  const begun: number[] = []
  for (const line of text.split(/\r\n|\r|\n/)) {
    let row = 0
    let isAtStart = true
    for (const { start, word } of wordsOf(line)) {
      if (isAtStart) {
        while (begun.length > 0 && begun.at(-1)! >= start) begun.pop()
        begun.push(start)
      }
      const isMarker = /^(?:[-?:]$|[&!])/.test(word)
      row = isMarker ? row + 1 : 0
      isAtStart &&= isMarker
      if (row > mostLevels || begun.length > mostLevels) return true
      // What follows on a short line is too little to be a row.
      if (!isAtStart && line.length <= 2 * mostLevels) break
    }
  }
  return false
}

/**
 * The words of a line, each cut to three characters: enough to recognise a marker. A pattern would run out of its stack
 * on a word of megabytes.
 */
function* wordsOf(line: string): Generator<{ readonly start: number; readonly word: string }> {
  for (let at = 0; at < line.length; at += 1) {
    if (isBlank(line, at)) continue
    const start = at
    while (at < line.length && !isBlank(line, at)) at += 1
    yield { start, word: line.slice(start, Math.min(at, start + 3)) }
  }
}

function isBlank(line: string, at: number): boolean {
  return line[at] === ' ' || line[at] === '\t'
}
