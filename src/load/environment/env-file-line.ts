/** What stands at a place of an environment file, and where the text after it goes on. */
export type Assignment =
  | { readonly kind: 'blank'; readonly end: number }
  | { readonly kind: 'assignment'; readonly name: string; readonly value: string; readonly end: number }
  | Fault

/** A place that cannot be read. `end` is where reading can go on, the end of the text when it cannot. */
export interface Fault {
  readonly kind: 'fault'
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly at: number
  readonly end: number
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A carriage return before the line's end: a shell and systemd keep it in the value, other loaders drop it. */
const carriageReturn = ['carriage-return', 'the line ends in a carriage return, which some loaders keep in the value', 'write the file with plain line feeds'] as const

/**
 * Reads the blank, the comment or the assignment that starts at a line's start.
 *
 * The grammar: optional `export`, a name, `=`, a value. In single quotes every character stands for itself, a line feed too;
 * in double quotes `\\`, `\"`, `\n` and `\r` are escapes and everything else, another backslash included, stands for itself.
 * Nothing is ever expanded. Without quotes the value ends at the line's end or before a blank and `#`, less the blanks
 * there. Where shells, systemd and dotenv libraries read a line differently (blanks around `=`, text after a quote, a
 * carriage return), it is a fault rather than a guess. No message holds any of the text.
 *
 * @param start index of a line's first character
 */
export function readAssignment(text: string, start: number): Assignment {
  const lineEnd = endOfLine(text, start)
  const line = text.slice(start, lineEnd)
  if (/^[ \t]*(#|$)/.test(line)) return { kind: 'blank', end: lineEnd }
  const fault = faultAt(lineEnd)

  const [prefix = ''] = /^[ \t]*(?:export[ \t]+)?/.exec(line) ?? []
  const nameStart = start + prefix.length
  const equals = text.indexOf('=', nameStart)
  if (equals === -1 || equals >= lineEnd) return fault(nameStart, 'no-assignment', 'the line is no assignment', 'write NAME=value, or # before a comment')
  const name = text.slice(nameStart, equals)
  if (/^\w+[ \t]+$/.test(name)) return fault(equals, 'blank-around-equals', 'a blank stands before the =', 'write NAME=value without blanks around the =')
  if (!namePattern.test(name)) return fault(nameStart, 'variable-name', 'what stands before the = is no variable name', 'a name has letters, digits and _ only, and no digit first')

  const valueStart = equals + 1
  const quote = text.charAt(valueStart)
  if (quote === "'" || quote === '"') return readQuoted(text, valueStart, name)

  const rest = text.slice(valueStart, lineEnd)
  if (rest.endsWith('\r')) return fault(lineEnd - 1, ...carriageReturn)
  const comment = rest.search(/[ \t]#/)
  const value = withoutBlanksAtEnd(comment === -1 ? rest : rest.slice(0, comment))
  if (/^[ \t]/.test(value)) return fault(valueStart, 'blank-around-equals', 'a blank stands after the =', 'quote the value if the blank belongs to it')
  return { kind: 'assignment', name, value, end: lineEnd }
}

function readQuoted(text: string, open: number, name: string): Assignment {
  const quote = text.charAt(open)
  let value = ''
  let at = open + 1
  for (; at < text.length && text.charAt(at) !== quote; at += 1) {
    const escaped = quote === '"' && text.charAt(at) === '\\' ? escapes.get(text.charAt(at + 1)) : undefined
    value += escaped ?? text.charAt(at)
    if (escaped !== undefined) at += 1
  }
  if (at >= text.length) return faultAt(text.length)(open, 'unterminated-quote', 'a quote is opened here and never closed', 'close it, or put the value in the other kind of quotes')

  const lineEnd = endOfLine(text, at)
  const rest = text.slice(at + 1, lineEnd)
  if (/^[ \t]*(?:[ \t]#.*)?$/.test(rest)) return { kind: 'assignment', name, value, end: lineEnd }
  const fault = faultAt(lineEnd)
  if (/^[ \t]*\r$/.test(rest)) return fault(lineEnd - 1, ...carriageReturn)
  return fault(at + 1, 'text-after-quote', 'text follows the closing quote', 'put the whole value in one pair of quotes')
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

function withoutBlanksAtEnd(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1
  return text.slice(0, end)
}

function faultAt(end: number) {
  return (at: number, code: string, message: string, hint: string): Fault => ({ kind: 'fault', code, message, hint, at, end })
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['"', '"'],
  ['n', '\n'],
  ['r', '\r'],
])

/**
 * The assignment that `readAssignment` reads back as exactly this value. In single quotes wherever possible, so that a shell
 * which sources it reads the same; a value with a line feed then spans lines.
 *
 * @throws RangeError when no environment can hold the name or the value (NUL, lone surrogate); the message holds neither
 */
export function formatEnvironmentLine(name: string, value: string): string {
  if (!namePattern.test(name)) throw new RangeError('what should be a variable name is none')
  if (value.includes('\0') || Buffer.from(value, 'utf8').toString('utf8') !== value) throw new RangeError(`the value of ${name} cannot stand in an environment`)
  if (/^[\w./:@%+,-]*$/.test(value)) return `${name}=${value}`
  if (!/['\r]/.test(value)) return `${name}='${value}'`
  const escaped = value.replace(/[\\"\n\r]/g, (character) => ({ '\n': '\\n', '\r': '\\r' })[character] ?? `\\${character}`)
  return `${name}="${escaped}"`
}
