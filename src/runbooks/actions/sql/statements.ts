/** A statement of a text. */
export interface SqlStatement {
  /** Its first words in capitals, without comments and strings; quoted names as they are. */
  readonly words: readonly string[]
  /** As it is written, without the semicolon that ends it. */
  readonly text: string
}

/** A text cannot be taken apart as the server would, or is written for psql. */
export class SqlTextError extends Error {
  override readonly name = 'SqlTextError'
}

/** Words of a statement that are kept: enough to know what it does. Options may come after a list of names. */
const mostWords = (first: string | undefined): number => (first === 'ALTER' || first === 'CREATE' ? 200 : 12)

const spans: readonly (readonly [start: RegExp, whole: RegExp, name: string])[] = [
  [/--/y, /--[^\n\r]*/y, 'a comment'],
  [/[eE]'/y, /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y, 'a string'],
  [/'/y, /'(?:[^']|'')*'/y, 'a string'],
  [/"/y, /"(?:[^"]|"")*"/y, 'a quoted name'],
]

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0]
}

/** Comments between slash and star nest in SQL. */
function endOfComment(text: string, start: number): number {
  let depth = 1
  for (let offset = start + 2; offset < text.length; offset += 1) {
    const two = text.slice(offset, offset + 2)
    if (two !== '/*' && two !== '*/') continue
    depth += two === '/*' ? 1 : -1
    offset += 1
    if (depth === 0) return offset + 1
  }
  throw new SqlTextError('a comment does not end')
}

/** Where what begins here ends, when it is something in which no word and no semicolon counts. */
function endOfSpan(text: string, offset: number): number | undefined {
  if (text.startsWith('/*', offset)) return endOfComment(text, offset)
  const tag = matchAt(/\$(?:[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_\u0080-\uFFFF]*)?\$/y, text, offset)
  if (tag !== undefined) {
    const end = text.indexOf(tag, offset + tag.length)
    if (end === -1) throw new SqlTextError('a string in dollar quotes does not end')
    return end + tag.length
  }
  for (const [start, whole, name] of spans) {
    if (matchAt(start, text, offset) === undefined) continue
    const found = matchAt(whole, text, offset)
    if (found === undefined) throw new SqlTextError(`${name} does not end`)
    return offset + found.length
  }
  return undefined
}

/**
 * Whether a statement defines a function or procedure, whose body may hold statements of its own (`BEGIN ATOMIC …
 * END`).
 */
function definesRoutine(words: readonly string[]): boolean {
  const [create, second, third, fourth] = words
  if (create !== 'CREATE') return false
  const kind = second === 'OR' && third === 'REPLACE' ? fourth : second
  return kind === 'FUNCTION' || kind === 'PROCEDURE'
}

/**
 * Takes a text of SQL apart where the server would (PostgreSQL manual, 4.1 Lexical Structure; parentheses and routine
 * bodies as psql does). Strings are read with `standard_conforming_strings` on, its default.
 *
 * @throws SqlTextError for a backslash where SQL has none (a psql command), and for what does not end
 */
export function statementsOf(text: string): readonly SqlStatement[] {
  const statements: SqlStatement[] = []
  let words: string[] = []
  let hasContent = false
  let parentheses = 0
  let blocks = 0
  let begin = 0
  const finish = (end: number): void => {
    if (hasContent) statements.push({ words, text: text.slice(begin, end).trim() })
    begin = end + 1
    words = []
    hasContent = false
    parentheses = 0
    blocks = 0
  }
  const note = (word: string): void => {
    if (words.length < mostWords(words[0])) words.push(word)
    if (!definesRoutine(words)) return
    if (word === 'BEGIN' || (word === 'CASE' && blocks > 0)) blocks += 1
    if (word === 'END' && blocks > 0) blocks -= 1
  }
  for (let offset = 0; offset < text.length;) {
    const isComment = text.startsWith('--', offset) || text.startsWith('/*', offset)
    const end = endOfSpan(text, offset)
    if (end !== undefined) {
      hasContent ||= !isComment
      if (text.startsWith('"', offset)) note(text.slice(offset, end))
      offset = end
      continue
    }
    const word = matchAt(/[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_$\u0080-\uFFFF]*/y, text, offset)
    if (word !== undefined) {
      note(word.toUpperCase())
      hasContent = true
      offset += word.length
      continue
    }
    const character = text.charAt(offset)
    if (character === '\\') throw new SqlTextError('it contains a backslash command, which only psql knows')
    if (character === '(') parentheses += 1
    if (character === ')') parentheses -= 1
    if (character === ';' && parentheses <= 0 && blocks === 0) finish(offset)
    else if (!/\s/.test(character)) hasContent = true
    offset += 1
  }
  finish(text.length)
  return statements
}
