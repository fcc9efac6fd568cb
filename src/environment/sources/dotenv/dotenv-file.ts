import type { Position } from '../../../base/errors.js'
import {
  containerVariable,
  containerVariableHint,
  decodeSource,
  SourceText,
  variableWording,
} from '../env-source-text.js'
import { setOnce, readSourceBytes, EnvironmentDraft, unreadable, type ReadEnvironment } from '../read-environment.js'

/**
 * Reads a file as python-dotenv 1.2 loads it into a process (`load_dotenv`, which lets the process's own variables
 * win). What it skips with a warning is a mistake here, and so are two values of one variable.
 *
 * @param file the name that positions carry
 * @param shell the variables that the process is started with; without them it is taken to have none, and what has no
 *   default is unknown
 */
export function parseDotenvFile(
  bytes: Buffer,
  file: string,
  shell: ReadonlyMap<string, string> | undefined,
): ReadEnvironment {
  const decoded = decodeSource(bytes, file)
  if (decoded.damage !== undefined) return unreadable(decoded.damage)
  // As Python opens a text file: each kind of line end becomes a line feed.
  const source = new SourceText(file, decoded.source.text.replace(/\r\n?/g, '\n'))
  const draft = new EnvironmentDraft()
  const own = new Map<string, string | null>()
  for (let at = 0; at < source.text.length;) {
    const read = readDotenvStatement(source.text, at)
    at = read.end
    if (read.kind === 'skipped')
      draft.report(
        source.position(read.at),
        'skipped-line',
        'python-dotenv skips this with a warning: it is not an assignment, or a quote is not closed at the end of the value',
        'write NAME=value, with the whole value in one pair of quotes',
      )
    if (read.kind !== 'binding') continue
    const position = source.position(read.at)
    if (!containerVariable.test(read.name))
      draft.report(position, 'variable-name', 'this is not a variable name', containerVariableHint)
    else if (read.value === undefined) {
      // python-dotenv then replaces a reference to it by nothing, with a default too.
      own.set(read.name, '')
      draft.unset(read.name)
    } else own.set(read.name, take(draft, { name: read.name, text: read.value, position, own, shell }))
  }
  for (const name of shell?.keys() ?? []) draft.unset(name)
  return draft.done()
}

interface Written {
  readonly name: string
  readonly text: string
  readonly position: Position
  /** What the file has set so far; `null` where it is unknown. */
  readonly own: ReadonlyMap<string, string | null>
  readonly shell: ReadonlyMap<string, string> | undefined
}

function take(draft: EnvironmentDraft, { name, text, position, own, shell }: Written): string | null {
  const withoutDefault = new Set(referencesWithoutDefault(text))
  const lookup: DotenvLookup = (other) => {
    const value = shell?.get(other) ?? own.get(other)
    return value === undefined && shell === undefined && withoutDefault.has(other) ? null : value
  }
  const replaced = replaceReferences(text, lookup)
  if ('value' in replaced) {
    setOnce(draft, name, replaced.value, position)
    return replaced.value
  }
  draft.setUnknown(name, {
    position,
    code: 'unknown-value',
    message: `${name} takes the value of ${variableWording(replaced.missing)}, which is not known here: the process that loads the file may have it`,
    hint: `set it earlier in the file, set ${name} in a source that is named later, or let --inherit-env take this shell's variables`,
  })
  return null
}

/**
 * @param shell as for `parseDotenvFile`
 * @throws UsageError when there is no readable file of that name or it is over 4 MiB
 */
export async function readDotenvFile(
  path: string,
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  return parseDotenvFile(
    await readSourceBytes(path, { what: 'environment file', hint: 'name a readable file that python-dotenv loads' }),
    path,
    shell,
  )
}

/** What python-dotenv makes of a statement; `value` is `undefined` for a name alone, which it leaves unset. */
type DotenvStatement =
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
  Array.from('\\\'"abfnrtv', (letter, index) => [letter, '\\\'"\x07\b\f\n\r\t\v'.charAt(index)]),
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
 * is replaced in its value. Line ends must be line feeds, as Python makes them of a file it opens.
 *
 * @param start where the statement before ended
 */
function readDotenvStatement(text: string, start: number): DotenvStatement {
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

/**
 * The value of a variable where python-dotenv looks it up: `undefined` when there is none, `null` when it is unknown
 * here.
 */
type DotenvLookup = (name: string) => string | undefined | null

/** A value with its references replaced, or the first of them that is unknown. */
type Replaced = { readonly value: string } | { readonly missing: string }

/**
 * Replaces `${NAME}` and `${NAME:-default}` as python-dotenv 1.2 does (`dotenv/variables.py`), whatever quotes the
 * value had. A default is used where there is no such variable, not where it is empty; without one it is replaced by
 * nothing. `$NAME` stays as it is.
 */
function replaceReferences(text: string, lookup: DotenvLookup): Replaced {
  let missing: string | undefined
  const value = text.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/g, (_whole, name: string, instead: string | undefined) => {
    const found = lookup(name)
    if (found === null) missing ??= name
    return found ?? instead ?? ''
  })
  return missing === undefined ? { value } : { missing }
}

/** Whether there is a reference that has no default of its own, by the name that it asks for. */
function referencesWithoutDefault(text: string): readonly string[] {
  return [...text.matchAll(/\$\{([^}:]*)(?::-([^}]*))?\}/g)].flatMap(([, name = '', instead]) =>
    instead === undefined ? [name] : [],
  )
}
