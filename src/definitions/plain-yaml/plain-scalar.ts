import type { Position } from '../../base/position.js'
import { textOffsetIn, type YamlScalar } from '../yaml-node.js'
import { characters, leaveToLibrary, type TextCursor } from './text-cursor.js'

const [doubleQuote, singleQuote, backslash] = [34, 39, 92] as const

export function isQuote(character: number): boolean {
  return character === doubleQuote || character === singleQuote
}

/** A quoted text that ends on its line. */
export function readQuoted(cursor: TextCursor): YamlScalar {
  const { position, at: start, text } = cursor
  const quote = cursor.character
  let hasEscapes = false
  let end = start + 1
  for (; ; end += 1) {
    const character = text.charCodeAt(end)
    if (character === characters.lineEnd || Number.isNaN(character)) leaveToLibrary()
    if (quote === doubleQuote && character === backslash) {
      hasEscapes = true
      end += 1
    } else if (character === quote) {
      if (quote === doubleQuote || text.charCodeAt(end + 1) !== singleQuote) break
      hasEscapes = true
      end += 1
    }
  }
  cursor.at = end + 1
  const written = text.slice(start + 1, end)
  if (!hasEscapes) return { kind: 'scalar', position, value: written, textOffset: written === '' ? 0 : 1 }
  const value = quote === doubleQuote ? unescaped(written) : written.replaceAll("''", "'")
  return { kind: 'scalar', position, value, textOffset: textOffsetIn(text, start, value) }
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', n: '\n', t: '\t' }

function unescaped(written: string): string {
  return written.replaceAll(/\\(.?)/gsu, (_, escaped: string) => escapes[escaped] ?? leaveToLibrary())
}

/** What a text without quotes may begin with here: nothing that means something else in YAML. */
const plainStart = /[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s,[\]{}])/y

export function startsPlain({ text, at }: TextCursor): boolean {
  plainStart.lastIndex = at
  return plainStart.test(text)
}

/** The comma, the brackets and the end of the line: what ends a text without quotes inside brackets. */
const flowIndicators: ReadonlySet<number> = new Set([44, 91, 93, 123, 125, 10])

/** A text without quotes inside brackets, without the spaces at its end. */
export function readFlowText(cursor: TextCursor): string {
  const { text, at: start } = cursor
  const { colon, hash, space } = characters
  for (; !cursor.isAtEnd(); cursor.at += 1) {
    const { character } = cursor
    const next = text.charCodeAt(cursor.at + 1)
    if (flowIndicators.has(character)) break
    if (character === colon && (next === space || flowIndicators.has(next))) break
    if (character === hash && text.charCodeAt(cursor.at - 1) === space) break
  }
  return text.slice(start, cursor.at).trimEnd()
}

/** The texts that may be something else: a number, a truth value, nothing. */
const untextual = /^[-+.~]?[0-9]|^[-+]?\.|^(?:~|[Nn]ull|NULL|[Tt]rue|TRUE|[Ff]alse|FALSE)$/
const number = /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$/

/** What else YAML's core schema takes for a number. */
const otherNumber =
  /^(?:0o[0-7]+|[-+]?[0-9]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+|[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*))$/

/** The value of a text without quotes that is on one line. */
export function plainScalar(text: string, position: Position): YamlScalar {
  if (!untextual.test(text)) return { kind: 'scalar', position, value: text, textOffset: 0 }
  if (text === 'true' || text === 'false')
    return { kind: 'scalar', position, value: text === 'true', textOffset: undefined }
  if (number.test(text)) return { kind: 'scalar', position, value: Number(text), textOffset: undefined }
  if (/^(?:~|[Nn]ull|NULL|True|TRUE|False|FALSE)$/.test(text) || otherNumber.test(text)) leaveToLibrary()
  return { kind: 'scalar', position, value: text, textOffset: 0 }
}
