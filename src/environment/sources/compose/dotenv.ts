import { setOnce, EnvironmentDraft } from '../read-environment.js'
import { containerVariable, containerVariableHint, type SourceText } from '../env-source-text.js'
import { setFilled, setInherited, type Lookup } from './interpolate.js'

/** What a file of variables may draw on. */
interface DotenvContext {
  /** Looked at before the file's own variables. */
  readonly before: Lookup
  /** Looked at after them. */
  readonly after: Lookup
  /** Where a name without a value gets one: the value, `undefined` when it stays unset, `null` when it is unknown. */
  readonly inherited: Lookup
}

/** Blanks within a line, as Compose sees them. */
const blank = ' \t\v\f\r\u0085\u00A0'

/**
 * Reads a file in the grammar of Compose's `.env` and `env_file` (compose-go, package dotenv): optional `export`, a
 * name, `=` or `:`, a value. Without quotes the value ends at the line's end or at a blank and `#`; quotes may span
 * lines; in double quotes `\n`, `\t`, `\\`, `\$` and others are escapes; variables are filled in except in single
 * quotes. A name alone takes its value from elsewhere.
 *
 * Text after a closing quote, which Compose takes for a further variable, is a fault, and so are two values of one
 * variable.
 */
export function readDotenv(source: SourceText, { before, after, inherited }: DotenvContext): EnvironmentDraft {
  const draft = new EnvironmentDraft()
  const lookup: Lookup = (name) =>
    [before, (own: string) => draft.value(own), after].map((each) => each(name)).find((value) => value !== undefined)
  const { text } = source
  for (let at = skipEmpty(text, 0); at < text.length; at = skipEmpty(text, at)) {
    const read = readStatement(text, at)
    const position = source.position(read.at)
    at = read.end
    if (read.kind === 'fault') draft.report(position, read.code, read.message, read.hint)
    else if (!containerVariable.test(read.name))
      draft.report(position, 'variable-name', 'this is not a variable name', containerVariableHint)
    else if (read.value === undefined) {
      const value = inherited(read.name)
      if (value === null) setInherited(draft, read.name, position)
      else if (value !== undefined) draft.set(read.name, value, position)
    } else {
      const { name, value } = read
      const one = new EnvironmentDraft()
      if (read.isLiteral) one.set(name, value, position)
      else setFilled(one, { name, text: value, position, lookup })
      const settled = one.variable(name)
      if (settled === undefined) draft.add(one)
      else setOnce(draft, name, settled.value.reveal(), position)
    }
  }
  return draft
}

type Statement =
  | {
      readonly kind: 'statement'
      readonly name: string
      readonly value: string | undefined
      readonly isLiteral: boolean
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

function skipEmpty(text: string, start: number): number {
  let at = start
  while (at < text.length) {
    const character = text.charAt(at)
    if (character === '#') at = endOfLine(text, at)
    else if (character !== '\n' && !blank.includes(character) && !/\s/.test(character)) break
    else at += 1
  }
  return at
}

function readStatement(text: string, start: number): Statement {
  const [exported = ''] = /^export\s+/.exec(text.slice(start, start + 100)) ?? []
  const nameStart = skipBlanks(text, exported === '' ? start : start + 'export'.length)
  let end = nameStart
  while (end < text.length && !'=:\n'.includes(text.charAt(end))) end += 1
  const name = text.slice(nameStart, end).trimEnd()
  const terminator = text.charAt(end)
  if (terminator === '')
    return {
      kind: 'fault',
      code: 'no-assignment',
      message: 'the file ends in a name without a value',
      hint: 'write NAME=value, or end the line',
      at: nameStart,
      end,
    }
  if (terminator === '\n')
    return { kind: 'statement', name, value: undefined, isLiteral: true, at: nameStart, end: end + 1 }
  const valueStart = skipBlanks(text, end + 1)
  const quote = text.charAt(valueStart)
  return quote === '"' || quote === "'"
    ? readQuoted(text, valueStart, { name, at: nameStart })
    : readUnquoted(text, valueStart, { name, at: nameStart })
}

interface Named {
  readonly name: string
  readonly at: number
}

function readUnquoted(text: string, start: number, named: Named): Statement {
  const end = endOfLine(text, start)
  const line = text.slice(start, end)
  const comment = line.indexOf(' #')
  return {
    kind: 'statement',
    ...named,
    value: (comment === -1 ? line : line.slice(0, comment)).trimEnd(),
    isLiteral: false,
    end,
  }
}

function readQuoted(text: string, open: number, named: Named): Statement {
  const quote = text.charAt(open)
  let content = ''
  let at = open + 1
  for (; at < text.length && text.charAt(at) !== quote; at += 1) {
    if (text.charAt(at) === '\\' && at + 1 < text.length) {
      at += 1
      content += text.charAt(at) === quote ? quote : `\\${text.charAt(at)}`
    } else content += text.charAt(at)
  }
  if (at >= text.length)
    return {
      kind: 'fault',
      code: 'unterminated-quote',
      message: 'a quote is opened here but not closed',
      hint: 'close it, or put the value in the other kind of quotes',
      at: open,
      end: text.length,
    }
  const end = endOfLine(text, at)
  if (!/^\s*(?:#[^\n]*)?$/.test(text.slice(at + 1, end))) {
    return {
      kind: 'fault',
      code: 'text-after-quote',
      message: 'text follows the closing quote',
      hint: 'put the whole value in one pair of quotes',
      at: at + 1,
      end,
    }
  }
  return {
    kind: 'statement',
    ...named,
    value: quote === '"' ? withEscapes(content) : content,
    isLiteral: quote === "'",
    end,
  }
}

const escapes: ReadonlyMap<string, string> = new Map(
  Array.from('abfnrtv\\"', (letter, index) => [letter, '\x07\b\f\n\r\t\v\\"'.charAt(index)]),
)

/** A `\$` becomes `$$`, which filling in turns into a dollar sign. What is not an escape stays as it is. */
function withEscapes(content: string): string {
  return content.replace(/\\([abcfnrtv$"\\]|0\d{0,3})/g, (whole, escape: string) => {
    if (escape === '$') return '$$'
    if (!escape.startsWith('0')) return escapes.get(escape) ?? whole
    const octal = escape.slice(1)
    return /^[0-3][0-7]{2}$/.test(octal) ? String.fromCharCode(Number.parseInt(octal, 8)) : `\\${octal}`
  })
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && blank.includes(text.charAt(at))) at += 1
  return at
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}
