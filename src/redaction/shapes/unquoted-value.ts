import type { Found } from '../span.js'
import { ESCAPES } from './escapes.js'
import { isAtLineStart, lineEndOf, lineStartOf, type Place } from './key-place.js'
import { isPlainValue, isProseWord } from './plain-value.js'
import { endOfWord } from './word-value.js'

/** How far a YAML block scalar is read. */
const LONGEST_BLOCK = 16_384

/** A YAML block scalar: the lines after `|` or `>` that are indented deeper than the key. */
function blockScalar(place: Place, line: string): Found | undefined {
  if (place.separator !== ':' || !/^[|>][+-]?\d?[+-]?[ \t]*$/.test(line)) return undefined
  const { text } = place
  const keyLine = lineStartOf(text, place.keyStart)
  const indent = /^[ \t]*(?:-[ \t]{1,8}){0,4}/.exec(text.slice(keyLine, keyLine + 256))?.[0].length ?? 0
  const first = text.indexOf('\n', place.valueStart) + 1
  if (first === 0) return undefined
  let end = first
  for (let at = first; at < text.length && at - first < LONGEST_BLOCK;) {
    const lineEnd = lineEndOf(text, at)
    const content = text.slice(at, lineEnd)
    if (content.trim() !== '' && (/^[ \t]*/.exec(content)?.[0].length ?? 0) <= indent) break
    if (content.trim() !== '') end = lineEnd
    const next = text.indexOf('\n', lineEnd)
    if (next < 0) break
    at = next + 1
  }
  const start = first + (/^[ \t]*/.exec(text.slice(first, end))?.[0].length ?? 0)
  return start < end ? { start, end } : undefined
}

/**
 * A bare `token` or `secret` after a word is one of a sentence; `auth_token`, or one that begins its line, is a key.
 */
function isWordOfSentence(place: Place): boolean {
  const before = place.text.slice(Math.max(0, place.keyStart - 32), place.keyStart)
  return (
    /[A-Za-z]{2,32}[ \t]$/.test(before) &&
    /^(?:token|secret)[ \t]{0,8}:/i.test(place.text.slice(place.keyStart, place.keyStart + 16))
  )
}

/** `invalid token: signature mismatch`: a sentence, told by the words on both sides. */
function isSentence(place: Place, word: string, rest: string): boolean {
  if (isProseWord(word)) return true
  if (isAtLineStart(place) || !/^(?:[A-Z]?[a-z]{1,32}|[A-Z]{2,8})[.,;:!?]?$/.test(word)) return false
  return /^[ \t]{1,4}[A-Za-z(]/.test(rest) || isWordOfSentence(place)
}

/** Whether blanks may belong to the value: YAML and INI lines, and env files, whose names are in capitals. */
function takesWholeLine(place: Place, rest: string): boolean {
  const isEnvironment =
    place.separator !== ':' && /[A-Z]$/.test(place.text.slice(place.valueStart - 2, place.valueStart - 1))
  if (!place.isSpaced && !isEnvironment) return false
  if (!isAtLineStart(place) || rest.trim() === '') return false
  const isFollowedByField = /[\s,;&]["']?[\w.-]{1,64}["']?[=:]/.test(rest)
  const isFollowedByComment = /^[ \t]{1,8}[#;]/.test(rest)
  return !isFollowedByField && !isFollowedByComment && !/^["'`)\]},;]/.test(rest)
}

/** What Terraform prints in a value's place. */
const WITHHELD = /^\((?:sensitive value|known after apply)\)/

/** An object of JSON, whose members are judged by their own keys. */
const OBJECT = new RegExp(`^\\{${ESCAPES}["']`)

/** What must be masked of a value that stands without quotes, if it is one. */
export function unquotedValue(place: Place): Found | undefined {
  const { text, valueStart, lineEnd } = place
  const line = text.slice(valueStart, lineEnd)
  const block = blockScalar(place, line)
  if (block) return block
  const wordEnd = Math.min(endOfWord(text, valueStart), lineEnd)
  const word = text.slice(valueStart, wordEnd)
  if (isPlainValue(word) || isPlainValue(line.trim()) || /^[[{(|]$/.test(word)) return undefined
  if (OBJECT.test(word) || WITHHELD.test(line)) return undefined
  const rest = text.slice(wordEnd, lineEnd)
  if (place.separator === ':' && isSentence(place, word, rest)) return undefined
  if (takesWholeLine(place, rest)) return { start: valueStart, end: valueStart + line.trimEnd().length, until: 'line' }
  return { start: valueStart, end: wordEnd, until: 'token' }
}
