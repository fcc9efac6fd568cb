import { setOnce, readSourceBytes, EnvironmentDraft, unreadable, type ReadEnvironment } from './read-environment.js'
import { decodeSource } from './env-source-text.js'

/** What is at a place of such a file; `end` is where reading goes on. */
type SystemdAssignment =
  | { readonly kind: 'blank'; readonly end: number }
  | {
      readonly kind: 'assignment'
      readonly name: string
      readonly value: string
      readonly at: number
      readonly end: number
    }
  | {
      readonly kind: 'fault'
      readonly code: string
      readonly message: string
      readonly hint: string
      readonly at: number
      readonly end: number
    }

/** A carriage return ends a line for systemd, as a line feed does. */
const isNewline = (character: string): boolean => character === '\n' || character === '\r'

const isBlank = (character: string): boolean => character === ' ' || character === '\t' || isNewline(character)

/** What a backslash in double quotes takes its meaning from; before anything else it stays. */
const escapable = '"\\`$'

/**
 * Reads the blank, the comment or the assignment that starts here, as systemd's parser of environment files does
 * (`src/basic/env-file.c`, systemd.exec(5)). Blanks around the name and before the value are dropped; a backslash
 * outside of quotes makes the next character stand for itself and swallows a line end; quotes at the value's start, and
 * again after a closing one, hold blanks and line ends; in double quotes a backslash works before `"`, `\`, a backtick
 * and `$`. Nothing is expanded, and nothing after a value is a comment.
 *
 * Beyond the parser: a line without `=`, a name that is not valid, a quote or a backslash that the file ends in are
 * faults, and so is a comment that ends in a backslash, for until version 254 it goes on in the next line. No message
 * holds any of the text.
 */
function readSystemdAssignment(text: string, start: number): SystemdAssignment {
  let at = start
  while (at < text.length && isBlank(text.charAt(at))) at += 1
  if (at >= text.length) return { kind: 'blank', end: at }
  if (text.charAt(at) === '#' || text.charAt(at) === ';') return readComment(text, at)

  const nameStart = at
  const lineEnd = endOfLine(text, at)
  const equals = text.indexOf('=', at)
  if (equals === -1 || equals >= lineEnd)
    return fault(
      nameStart,
      lineEnd,
      'no-assignment',
      'the line is not an assignment, and systemd ignores it',
      'write NAME=value, or # before a comment',
    )
  const { value, end, problem } = readValue(text, equals + 1)
  const name = text.slice(nameStart, equals).replace(/[ \t]+$/, '')
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    const hint = name.startsWith('export')
      ? 'write NAME=value without export'
      : 'a name has only letters, digits and _, and does not start with a digit'
    return fault(
      nameStart,
      end,
      'variable-name',
      'the text before the = is not a variable name, and systemd ignores the assignment',
      hint,
    )
  }
  if (problem !== undefined) return { ...problem, end }
  return { kind: 'assignment', name, value, at: nameStart, end }
}

function readComment(text: string, start: number): SystemdAssignment {
  const end = endOfLine(text, start)
  const [backslashes = ''] = /\\*$/.exec(text.slice(start, end)) ?? []
  if (backslashes.length % 2 === 0 || end >= text.length) return { kind: 'blank', end }
  return fault(
    end - 1,
    end,
    'continued-comment',
    'the comment ends in a backslash: systemd before 254 reads the next line as a part of it',
    'remove the backslash',
  )
}

type Problem = Extract<SystemdAssignment, { kind: 'fault' }>

function readValue(
  text: string,
  start: number,
): { readonly value: string; readonly end: number; readonly problem?: Problem } {
  let value = ''
  /** Length of the value up to its last character that is kept even at the end. */
  let kept = 0
  let isPlain = false
  let at = start
  const keep = (characters: string): void => {
    value += characters
    kept = value.length
  }
  while (at < text.length) {
    const character = text.charAt(at)
    if (isNewline(character)) break
    if (character === '\\') {
      if (at + 1 >= text.length)
        return {
          value,
          end: text.length,
          problem: fault(
            at,
            text.length,
            'unfinished-escape',
            'the file ends in a backslash',
            'remove it, or write the character after it',
          ),
        }
      // A swallowed line end still protects the blanks before it.
      keep(isNewline(text.charAt(at + 1)) ? '' : text.charAt(at + 1))
      isPlain = true
      at += 2
    } else if (!isPlain && (character === "'" || character === '"')) {
      const quoted = readQuoted(text, at)
      if (quoted === undefined)
        return {
          value,
          end: text.length,
          problem: fault(
            at,
            text.length,
            'unterminated-quote',
            'a quote is opened here but not closed',
            'close it, or put the value in the other kind of quotes',
          ),
        }
      keep(quoted.content)
      at = quoted.end
    } else {
      if (isPlain || !isBlank(character)) {
        value += character
        isPlain = true
        if (!isBlank(character)) kept = value.length
      }
      at += 1
    }
  }
  return { value: value.slice(0, kept), end: at }
}

function readQuoted(text: string, open: number): { readonly content: string; readonly end: number } | undefined {
  const quote = text.charAt(open)
  let content = ''
  for (let at = open + 1; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === quote) return { content, end: at + 1 }
    const next = text.charAt(at + 1)
    if (character !== '\\' || quote === "'" || next === '') content += character
    else {
      content += escapable.includes(next) ? next : next === '\n' ? '' : `\\${next}`
      at += 1
    }
  }
  return undefined
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (isNewline(text.charAt(at))) return at
  return text.length
}

function fault(at: number, end: number, code: string, message: string, hint: string): Problem {
  return { kind: 'fault', at, end, code, message, hint }
}

/**
 * Reads a file that a systemd unit names in `EnvironmentFile=` (see `readSystemdAssignment` for the grammar). What
 * systemd leaves out with a warning, or silently, is a mistake here.
 *
 * @param file the name that positions carry
 */
export function parseSystemdFile(bytes: Buffer, file: string): ReadEnvironment {
  const { source, damage } = decodeSource(bytes, file)
  if (damage !== undefined) return unreadable(damage)
  const draft = new EnvironmentDraft()
  for (let at = 0; at < source.text.length;) {
    const read = readSystemdAssignment(source.text, at)
    if (read.kind === 'fault') draft.report(source.position(read.at), read.code, read.message, read.hint)
    if (read.kind === 'assignment') setOnce(draft, read.name, read.value, source.position(read.at))
    at = read.end
  }
  return draft.done()
}

/** @throws UsageError when there is no readable file of that name or it is over 4 MiB */
export async function readSystemdFile(path: string): Promise<ReadEnvironment> {
  return parseSystemdFile(
    await readSourceBytes(path, {
      what: 'environment file',
      hint: 'name a file that a unit names in EnvironmentFile=, without the - before it',
    }),
    path,
  )
}
