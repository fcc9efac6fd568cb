/** What python-dotenv makes of a statement; `value` is `undefined` for a name alone, which it leaves unset. */
export type DotenvStatement =
  | { readonly kind: 'empty'; readonly end: number }
  | {
      readonly kind: 'binding'
      readonly name: string
      readonly value: string | undefined
      readonly at: number
      readonly end: number
    }
  /** What it skips with a warning. */
  | { readonly kind: 'skipped'; readonly at: number; readonly end: number }

/** What Python's `\s` matches in a text, less the line feed. */
const blank = '[\\t\\v\\f\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'

const blanks = new RegExp(`${blank}*`, 'y')
const blanksAndLines = new RegExp(`(?:${blank}|\\n)*`, 'y')
const exported = new RegExp(`(?:export${blank}+)?`, 'y')
const quotedName = /'([^']+)'/y
const plainName = new RegExp(`(?:(?!${blank})[^=#\\n])+`, 'y')
const singleQuoted = /'((?:\\[^]|[^'\\])*)'/y
const doubleQuoted = /"((?:\\[^]|[^"\\])*)"/y
const restOfLine = /[^\n]*/y
const comment = new RegExp(`(?:${blank}*#[^\\n]*)?`, 'y')
const lineEnd = new RegExp(`${blank}*(?:\\n|$)`, 'y')
const commentInValue = new RegExp(`${blank}+#[^\\n]*`, 'g')
const blanksAtEnd = new RegExp(`${blank}+$`)

const escapes: ReadonlyMap<string, string> = new Map(
  [...'\\\'"abfnrtv'].map((letter, index) => [letter, '\\\'"\x07\b\f\n\r\t\v'.charAt(index)]),
)

/** Reads with patterns that start where the last one ended. */
class Cursor {
  constructor(
    readonly text: string,
    public at: number,
  ) {}

  /** @returns the match, `undefined` when there is none */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match !== null) this.at += match[0].length
    return match ?? undefined
  }
}

/**
 * Reads the statement that starts here as python-dotenv 1.2 does (`dotenv/parser.py`, `parse_binding`), before anything
 * is replaced in its value. Line ends
 * must be line feeds, as Python makes them of a file it opens.
 *
 * @param start where the statement before ended
 */
export function readDotenvStatement(text: string, start: number): DotenvStatement {
  const cursor = new Cursor(text, start)
  cursor.take(blanksAndLines)
  if (cursor.at >= text.length) return { kind: 'empty', end: text.length }
  const at = cursor.at
  const binding = readBinding(cursor)
  if (binding !== undefined)
    return binding.name === undefined
      ? { kind: 'empty', end: cursor.at }
      : { kind: 'binding', name: binding.name, value: binding.value, at, end: cursor.at }
  cursor.take(restOfLine)
  return { kind: 'skipped', at, end: Math.min(text.length, cursor.at + 1) }
}

interface Binding {
  readonly name: string | undefined
  readonly value: string | undefined
}

/** @returns `undefined` where python-dotenv gives the statement up; the cursor is then where it did */
function readBinding(cursor: Cursor): Binding | undefined {
  cursor.take(exported)
  const first = cursor.text.charAt(cursor.at)
  const isComment = first === '#'
  const name = isComment ? undefined : first === "'" ? cursor.take(quotedName)?.[1] : cursor.take(plainName)?.[0]
  if (name === undefined && !isComment) return undefined
  cursor.take(blanks)
  let value: string | undefined
  if (cursor.text.charAt(cursor.at) === '=') {
    cursor.at += 1
    const [skipped = ''] = cursor.take(blanks) ?? []
    value = skipped !== '' && cursor.text.charAt(cursor.at) === '#' ? '' : readValue(cursor)
    if (value === undefined) return undefined
  }
  cursor.take(comment)
  return cursor.take(lineEnd) === undefined ? undefined : { name, value }
}

function readValue(cursor: Cursor): string | undefined {
  const quote = cursor.text.charAt(cursor.at)
  if (quote === "'") return cursor.take(singleQuoted)?.[1]?.replace(/\\([\\'])/g, '$1')
  if (quote === '"')
    return cursor
      .take(doubleQuoted)?.[1]
      ?.replace(/\\([\\'"abfnrtv])/g, (_whole, letter: string) => escapes.get(letter)!)
  const [written = ''] = cursor.take(restOfLine) ?? []
  return written.replace(commentInValue, '').replace(blanksAtEnd, '')
}
