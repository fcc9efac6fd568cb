import { CREDENTIAL_WORD } from '../secret-name.js'
import type { Found } from '../span.js'
import { isPlainValue, isProseWord } from './plain-value.js'
import { quotedAt } from './quoted.js'
import type { Shape } from './shape.js'
import { endOfWord } from './word.js'

const KEY = new RegExp(`(?:${CREDENTIAL_WORD})(\\\\{0,3}["'\`]?\\]?)([ \\t]{0,8})(=>|:=|={1,3}|:)([ \\t]{0,8})`, 'gi')

/** How far a YAML block scalar is read. */
const LONGEST_BLOCK = 16_384

/** How a credential's key stands in its text. */
interface Place {
  readonly text: string
  readonly keyStart: number
  readonly separator: string
  readonly isSpaced: boolean
  readonly valueStart: number
  readonly lineEnd: number
}

function lineStartOf(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

function lineEndOf(text: string, at: number): number {
  const newline = text.indexOf('\n', at)
  if (newline < 0) return text.length
  return newline > at && text[newline - 1] === '\r' ? newline - 1 : newline
}

/** Whether only indentation, a list's dash, a comment sign or `export` stands before the key on its line. */
function isAtLineStart(place: Place): boolean {
  const start = lineStartOf(place.text, place.keyStart)
  if (place.keyStart - start > 128) return false
  return /^[ \t]{0,64}(?:[#;-] {1,4})?(?:export |set )?["']?[\w.-]{0,64}$/i.test(place.text.slice(start, place.keyStart))
}

/** `secret/password: x` is a path and its state, `auth-token:8080` a host and its port. */
function isNoKey(place: Place): boolean {
  if (place.separator !== ':') return false
  const before = place.text.slice(Math.max(0, place.keyStart - 64), place.keyStart)
  if (/\/[\w.-]{0,64}$/.test(before)) return true
  return !place.isSpaced && /^\d{1,5}(?![\w.@!-])/.test(place.text.slice(place.valueStart, place.valueStart + 8))
}

/** A YAML block scalar: the lines after `|` or `>` that are indented deeper than the key. */
function blockScalar(place: Place, line: string): Found | undefined {
  if (place.separator !== ':' || !/^[|>][+-]?\d?[+-]?[ \t]*$/.test(line)) return undefined
  const { text } = place
  const keyLine = lineStartOf(text, place.keyStart)
  const indent = /^[ \t]*/.exec(text.slice(keyLine, keyLine + 256))?.[0].length ?? 0
  const first = text.indexOf('\n', place.valueStart) + 1
  if (first === 0) return undefined
  let end = first
  for (let at = first; at < text.length && at - first < LONGEST_BLOCK; ) {
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

/** `invalid token: signature mismatch`: a sentence, told by the words on both sides. */
function isSentence(place: Place, word: string, rest: string): boolean {
  if (isProseWord(word)) return true
  if (isAtLineStart(place) || !/^(?:[A-Z]?[a-z]{1,32}|[A-Z]{2,8})[.,;:!?]?$/.test(word)) return false
  if (/^[ \t]{1,4}[A-Za-z(]/.test(rest)) return true
  const before = place.text.slice(Math.max(0, place.keyStart - 32), place.keyStart)
  const isBare = /(?:^|[\s(])$/.test(before)
  return isBare && /[A-Za-z]{2,32}[ \t]$/.test(before) && /^(?:token|secret)$/i.test(place.text.slice(place.keyStart, place.keyStart + 6).trim().replace(/[:=].*$/, ''))
}

function unquoted(place: Place): Found | undefined {
  const { text, valueStart, lineEnd } = place
  const line = text.slice(valueStart, lineEnd)
  const block = blockScalar(place, line)
  if (block) return block
  const wordEnd = Math.min(endOfWord(text, valueStart), lineEnd)
  const word = text.slice(valueStart, wordEnd)
  if (isPlainValue(word) || isPlainValue(line.trim()) || /^[[{(|]$/.test(word)) return undefined
  const rest = text.slice(wordEnd, lineEnd)
  if (place.separator === ':' && isSentence(place, word, rest)) return undefined
  const isAssignment = place.separator === ':' ? place.isSpaced : place.isSpaced || /[A-Z]$/.test(text.slice(valueStart - 2, valueStart - 1))
  const isWholeLine = isAssignment && isAtLineStart(place) && !/[\s,;&]["']?[\w.-]{1,64}["']?[=:]/.test(rest) && !/^[ \t]{1,8}[#;]/.test(rest)
  const end = isWholeLine && rest.trim() !== '' && !/^["'`)\]},;]/.test(rest) ? valueStart + line.trimEnd().length : wordEnd
  return { start: valueStart, end, until: isWholeLine ? 'line' : 'token' }
}

/** Values of keys that name a credential: `k=v`, JSON, YAML, INI, env files, query strings, log fields. */
export const keyValue: Shape = {
  find(text) {
    const found: Found[] = []
    let lineEnd = -1
    for (const match of text.matchAll(KEY)) {
      if (match.index < (found.at(-1)?.end ?? 0)) continue
      const [whole, close = '', before = '', separator = '', after = ''] = match
      const valueStart = match.index + whole.length
      if (valueStart > lineEnd) lineEnd = lineEndOf(text, valueStart)
      const place: Place = {
        text,
        keyStart: match.index,
        separator,
        isSpaced: before !== '' || after !== '' || close !== '',
        valueStart,
        lineEnd,
      }
      if (isNoKey(place)) continue
      const quoted = quotedAt(text, place.valueStart)
      if (!quoted) {
        const value = unquoted(place)
        if (value) found.push(value)
      } else if (!isPlainValue(text.slice(quoted.start, quoted.end))) {
        found.push({ start: quoted.start, end: quoted.end, until: quoted.closed ? 'token' : 'line' })
      }
    }
    return found
  },
}
