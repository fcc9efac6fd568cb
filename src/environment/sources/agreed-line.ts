import { endOfLine, faultAt, shellOwnNames, lineVariableName, type Assignment, type Fault } from './source-line.js'
import { rareBlank, withReader, inSingleQuotes, unquotedDifferences } from './unquoted-differences.js'

/** A dollar sign that a shell, in or outside of double quotes, does not take for itself. */
const reference = /\$[A-Za-z0-9_{([@*#?!$'"-]/

/** A backslash that one of the readers takes for an escape in double quotes. */
const escape = /\\(?:[\\'"abfnrtv$`]|$)/

/** What python-dotenv alone replaces between single quotes. */
const singleReference = /\$\{[^}]*\}/

/**
 * Reads the blank, the comment or the assignment that starts at a line's start, in the part of the grammar on which
 * python-dotenv 1.2, a POSIX shell that sources the file, systemd's `EnvironmentFile=` and docker's `--env-file` agree,
 * but for a pair of quotes around the whole value, which docker keeps.
 *
 * A value is on one line. Where readers differ the line is a fault that names them and the kind of difference. No
 * message holds any of the text.
 *
 * @param start index of a line's first character
 */
export function readAgreedLine(text: string, start: number): Assignment {
  const lineEnd = endOfLine(text, start)
  const line = text.slice(start, lineEnd)
  const fault = faultAt(lineEnd)
  const carriageReturn = line.indexOf('\r')
  if (carriageReturn !== -1)
    return fault(
      start + carriageReturn,
      'carriage-return',
      'the line has a carriage return: a shell keeps it in the value, python-dotenv, docker and systemd read it as a line end or drop it',
      'write the file with plain line feeds',
    )
  if (/^[ \t]*$/.test(line)) return { kind: 'blank', end: lineEnd }
  if (/^[ \t]*#/.test(line)) {
    if (!line.endsWith('\\')) return { kind: 'blank', end: lineEnd }
    return fault(
      lineEnd - 1,
      'continued-comment',
      'the comment ends in a backslash: systemd before 254 reads the next line as a part of it, python-dotenv, a shell and docker do not',
      'remove the backslash',
    )
  }
  const nameStart = start + line.search(/[^ \t]/)
  const equals = line.indexOf('=')
  const beforeEquals = text.slice(nameStart, equals === -1 ? lineEnd : start + equals)
  if (/^export[ \t]/.test(beforeEquals))
    return fault(
      nameStart,
      'export',
      'the line starts with export: python-dotenv and a shell accept it, systemd ignores the line and docker refuses the file',
      `write NAME=value without export, or ${withReader}`,
    )
  if (equals === -1)
    return fault(
      nameStart,
      'no-assignment',
      'the line is not an assignment: python-dotenv and docker may read it as a name without a value, a shell as a command, and systemd ignores it',
      'write NAME=value, or # before a comment',
    )
  if (/^\w+[ \t]+$/.test(beforeEquals))
    return fault(
      start + equals,
      'blank-around-equals',
      'a space before the =: python-dotenv and systemd drop it, a shell and docker refuse the line',
      'write NAME=value without spaces around the =',
    )
  if (!lineVariableName.test(beforeEquals))
    return fault(
      nameStart,
      'variable-name',
      'the text before the = is not a variable name: python-dotenv and docker may accept it, a shell and systemd do not',
      'a name has only letters, digits and _, and does not start with a digit',
    )
  if (shellOwnNames.has(beforeEquals))
    return fault(
      nameStart,
      'shell-variable',
      `${beforeEquals} is reserved by a shell, python-dotenv, docker and systemd set it`,
      `give it another name, or ${withReader}`,
    )

  const valueStart = start + equals + 1
  const quote = text.charAt(valueStart)
  const value = text.slice(valueStart, lineEnd)
  if (quote === "'" || quote === '"') return readQuoted({ text, open: valueStart, lineEnd, name: beforeEquals })
  const different = firstDifference(value, valueStart, lineEnd)
  return different ?? { kind: 'assignment', name: beforeEquals, value, isQuoted: false, end: lineEnd }
}

function firstDifference(value: string, start: number, lineEnd: number): Fault | undefined {
  const fault = faultAt(lineEnd)
  if (/^[ \t]/.test(value))
    return fault(
      start,
      'blank-around-equals',
      'a space after the =: python-dotenv and systemd drop it, docker keeps it, a shell reads what follows as a command',
      'quote the value if the space belongs to it, otherwise remove the space',
    )
  const expanded = expansion(value, start, lineEnd)
  if (expanded !== undefined) return expanded
  for (const [pattern, code, message, hint] of unquotedDifferences) {
    const at = value.search(pattern)
    if (at !== -1) return fault(start + at, code, message, hint)
  }
  const rare = value.search(rareBlank)
  if (rare !== -1)
    return fault(
      start + rare,
      'rare-blank',
      'the value has a non-ASCII space: python-dotenv drops it at an end of the value, a shell, docker and systemd keep it',
      'put the value in quotes',
    )
  return undefined
}

/** What a shell works out outside of single quotes. */
function expansion(value: string, start: number, lineEnd: number): Fault | undefined {
  const fault = faultAt(lineEnd)
  const dollar = value.search(reference)
  if (dollar !== -1) {
    const [who, kept] = value.startsWith('${', dollar)
      ? ['python-dotenv and a shell replace', 'docker and systemd keep']
      : ['a shell replaces', 'python-dotenv, docker and systemd keep']
    return fault(
      start + dollar,
      'reference',
      `a dollar sign starts a reference or a command: ${who} it, ${kept} it`,
      `write the value itself${value.startsWith('${', dollar) ? '' : ', in single quotes if the dollar sign belongs to it'}, or ${withReader}`,
    )
  }
  const backquote = value.indexOf('`')
  if (backquote !== -1)
    return fault(
      start + backquote,
      'backquote',
      'the value contains a backquote: a shell runs what it encloses, python-dotenv, docker and systemd keep it',
      inSingleQuotes,
    )
  return undefined
}

interface Quoted {
  readonly text: string
  readonly open: number
  readonly lineEnd: number
  readonly name: string
}

function readQuoted({ text, open, lineEnd, name }: Quoted): Assignment {
  const fault = faultAt(lineEnd)
  const quote = text.charAt(open)
  const isDouble = quote === '"'
  const close = closingQuote(text.slice(0, lineEnd), open)
  if (close === -1) {
    const later = closingQuote(text, open)
    if (later === -1)
      return faultAt(text.length)(
        open,
        'unterminated-quote',
        'a quote is opened here but not closed',
        'close it, or put the value in the other kind of quotes',
      )
    return faultAt(endOfLine(text, later))(
      open,
      'several-lines',
      'the value continues on the next line: docker reads each line by itself, python-dotenv, a shell and systemd read up to the closing quote',
      `write it on one line, or ${withReader}`,
    )
  }
  const value = text.slice(open + 1, close)
  const backslash = value.search(isDouble ? escape : /\\(?:\\|$)/)
  if (backslash !== -1) {
    const message = isDouble
      ? 'a backslash escapes a character in double quotes: python-dotenv, a shell and systemd know different escapes, docker none'
      : 'two backslashes, or one before the quote, in single quotes: python-dotenv reads them as an escape, a shell, docker and systemd do not'
    return fault(open + 1 + backslash, 'backslash', message, isDouble ? inSingleQuotes : withReader)
  }
  const expanded = isDouble ? expansion(value, open + 1, lineEnd) : undefined
  if (expanded !== undefined) return expanded
  const single = isDouble ? -1 : value.search(singleReference)
  if (single !== -1)
    return fault(
      open + 1 + single,
      'reference',
      'a ${…} in single quotes: python-dotenv replaces it, a shell, docker and systemd keep it',
      `write the value itself, or ${withReader}`,
    )
  const rest = text.slice(close + 1, lineEnd)
  if (/^[ \t]*$/.test(rest)) return { kind: 'assignment', name, value, isQuoted: true, end: lineEnd }
  if (/^[ \t]+#/.test(rest))
    return fault(
      close + 1,
      'comment-after-value',
      'a comment follows the value: python-dotenv and a shell drop it, docker and systemd keep it as a part of the value',
      'put the comment on its own line',
    )
  if (/^[ \t]+[A-Za-z_][A-Za-z0-9_]*=/.test(rest))
    return fault(
      close + 1,
      'second-assignment',
      'a second NAME= on the line: a shell sets two variables, python-dotenv skips the line, docker and systemd set one',
      'write each assignment on its own line',
    )
  return fault(
    close + 1,
    'text-after-quote',
    'text follows the closing quote: python-dotenv skips the line, a shell, docker and systemd each read it in a different way',
    'put the whole value in one pair of quotes',
  )
}

/** Where the quote closes: in double quotes not behind a backslash, in single ones at the next. */
function closingQuote(text: string, open: number): number {
  const quote = text.charAt(open)
  if (quote === "'") return text.indexOf("'", open + 1)
  let at = open + 1
  while (at < text.length && text.charAt(at) !== quote) at += text.charAt(at) === '\\' ? 2 : 1
  return at < text.length ? at : -1
}
