import type { Found } from '../span.js'
import { ESCAPES, ANY_QUOTE } from './shape.js'
import { isAtLineStart, lineEndOf, lineStartOf, type KeyPlace } from './key-place.js'

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/))
}

/** What is in a credential's place when there is none, and what is said of one. */
const STATES = wordSet(`
  true false yes no on off ok null none nil undefined unset set empty missing present required optional
  invalid expired valid malformed revoked rejected accepted refused denied failed failure error mismatch
  unknown unexpected disabled enabled default string str number bool boolean bytes integer int object any pass
  warn fail blocked timeout strong weak redacted hidden masked given raw signed unsigned forged`)

/** Words that begin a sentence about a credential. */
const PROSE = wordSet(`
  a about after an and are as ask at authentication be before but by called can cannot could did does error
  expected failed failure for found from generated had has have if in into is it its key may must need needs
  not of option or policy received require requires rotation rotated should signature that the this to token
  used uses using value verification verified was were when which will with without you your`)

/** References to a value, what masks one, and what is empty. */
const REFERENCE = new RegExp(
  [
    '<[^<>]{0,128}>',
    '\\$\\{[^{}]{0,128}\\}',
    '\\$\\([^()]{0,128}\\)',
    '\\$[A-Z_][A-Z0-9_]{0,64}',
    '\\{\\{[^{}]{0,128}\\}\\}',
    '%[A-Z_][A-Z0-9_]{0,64}%',
    '[*•]{1,128}',
    '[-–—]',
    '\\.{2,3}',
    '\\((?:redacted|none|hidden|secret)\\)',
    '(?:\\.{1,2}|~)?(?:/[\\w.-]{1,64}){1,8}\\.(?:creds|nk|jwt|json|pem|key|crt|txt|env|ya?ml|conf|toml)',
    '\\[redacted\\]',
    '\\[\\]',
    '\\{\\}',
  ]
    .map((form) => `^${form}$`)
    .join('|'),
)

/** Whether what is where a credential would be says that there is none, or only refers to one. */
export function isPlainValue(value: string): boolean {
  if (value.length > 140) return false
  return value === '' || STATES.has(value.toLowerCase().replace(/[.!?]$/, '')) || REFERENCE.test(value)
}

/** Whether a word begins a sentence about a credential rather than being one. */
export function isProseWord(word: string): boolean {
  return word.length < 32 && PROSE.has(word.toLowerCase().replace(/[,.;:!?]$/, ''))
}

/** How far a YAML block scalar is read. */
const LONGEST_BLOCK = 16_384

/** A YAML block scalar: the lines after `|` or `>` that are indented deeper than the key. */
function blockScalar(place: KeyPlace, line: string): Found | undefined {
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
function isWordOfSentence(place: KeyPlace): boolean {
  const before = place.text.slice(Math.max(0, place.keyStart - 32), place.keyStart)
  return (
    /[A-Za-z]{2,32}[ \t]$/.test(before) &&
    /^(?:token|secret)[ \t]{0,8}:/i.test(place.text.slice(place.keyStart, place.keyStart + 16))
  )
}

/** `invalid token: signature mismatch`: a sentence, recognised by the words on both sides. */
function isSentence(place: KeyPlace, word: string, rest: string): boolean {
  if (isProseWord(word)) return true
  if (isAtLineStart(place) || !/^(?:[A-Z]?[a-z]{1,32}|[A-Z]{2,8})[.,;:!?]?$/.test(word)) return false
  return /^[ \t]{1,4}[A-Za-z(]/.test(rest) || isWordOfSentence(place)
}

/** Whether blanks may belong to the value: YAML and INI lines, and env files, whose names are in capitals. */
function takesWholeLine(place: KeyPlace, rest: string): boolean {
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

/** What must be masked of a value that is without quotes, if it is one. */
export function unquotedValue(place: KeyPlace): Found | undefined {
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

/** More than a window holds: what is longer goes on in the next one. */
const LONGEST = 131_072

const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/** The end of a text, or another field: `,name=`, `,"name":`, also escaped. */
const NEXT_FIELD = new RegExp(`^[&,;](?:\\s|$|${ANY_QUOTE}[\\w.-]{1,64}${ANY_QUOTE}[=:])`)

/** Brackets after which the text, its quotes or its colour ends. */
const CLOSED = new RegExp(`^[)\\]}]{1,4}[,;.]?(?:\\s|$|\\x1b|${ESCAPES}["'\`]|\\\\{1,31}[nrt])`)

/**
 * Whether at `at` something ends the word before it: a quote, a separator or a bracket after which another thing
 * begins.
 */
function endsAt(text: string, start: number, at: number): boolean {
  const sign = text[at] ?? ''
  if (text.startsWith("'\\''", at)) return false // A shell's quote within quotes.
  if (/["'`]/.test(sign)) return /^["'`](?:[\s,;)\]}\\]|$)/.test(text.slice(at, at + 2))
  if (/[&,;]/.test(sign)) return NEXT_FIELD.test(text.slice(at, at + 140))
  const opening = OPENING[sign]
  if (opening === undefined || !CLOSED.test(text.slice(at, at + 48))) return false
  return !text.slice(start, at).includes(opening)
}

const STOP = /[\s<>\0\x1b]/

/** The end of a credential that is without quotes: a blank, or a sign after which something else begins. */
export function endOfWord(text: string, start: number): number {
  const limit = Math.min(text.length, start + LONGEST)
  let at = start
  while (at < limit && !STOP.test(text[at] ?? '') && !endsAt(text, start, at)) at++
  // The backslashes of an escaped quote are none of the word's.
  if (at < limit && /["'`]/.test(text[at] ?? '')) while (at > start && text[at - 1] === '\\') at--
  return at
}
