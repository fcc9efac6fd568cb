import { isCredentialKey, CREDENTIAL_WORD } from '../secret-value.js'
import { type Found, matchesAt, before } from '../span.js'
import { lineEndOf, isAtLineStart, isNoKey, type KeyPlace } from './key-place.js'
import { isPlainValue, isProseWord, endOfWord, unquotedValue } from './plain-value.js'
import { quotedAt, ANY_NEWLINE, ANY_QUOTE, ESCAPES, type Shape } from './shape.js'

/**
 * The value that begins at `at`: what is inside its quotes, else a word, or the rest of the line. `undefined` where it
 * is none.
 */
export function namedValueAt(text: string, at: number, extent: 'word' | 'line'): Found | undefined {
  const quoted = quotedAt(text, at)
  const start = quoted?.start ?? at
  const end =
    quoted?.end ?? (extent === 'line' ? at + text.slice(at, lineEndOf(text, at)).trimEnd().length : endOfWord(text, at))
  const value = text.slice(start, end)
  if (isPlainValue(value) || isProseWord(value)) return undefined
  return { start, end, until: extent === 'line' || quoted?.closed === false ? 'line' : 'token' }
}

/** The values that are directly after some matches, in order; what begins in such a value is part of it. */
export function valuesBehind(text: string, matches: readonly RegExpExecArray[], extent: 'word' | 'line'): Found[] {
  const found: Found[] = []
  for (const match of matches) {
    if (match.index < (found.at(-1)?.end ?? 0)) continue
    const value = namedValueAt(text, match.index + match[0].length, extent)
    if (value !== undefined) found.push(value)
  }
  return found
}

/**
 * The values that are directly after the matches of a pattern (flag `y`, group `name`) whose name names a credential.
 */
function valuesAfter(text: string, pattern: RegExp, places: readonly number[], extent: 'word' | 'line'): Found[] {
  return valuesBehind(
    text,
    matchesAt(text, pattern, places).filter((match) => isCredentialKey(match.groups?.['name'] ?? '')),
    extent,
  )
}

const ASSIGNED = `${ANY_QUOTE}[ \\t]{0,4}[:=][ \\t]{0,4}`

const BETWEEN = `${ANY_QUOTE}[ \\t]{0,8}(?:(?:,|#[^\\n]{0,200})?${ANY_NEWLINE}|,|[ \\t])\\s{0,64}${ANY_QUOTE}`

const NAME = `(?:name|key)${ASSIGNED}${ANY_QUOTE}(?<name>[\\w.-]{1,128})`

/** Up to two short members that are between the two, such as a type. */
const OTHERS = `(?:${BETWEEN}[A-Za-z][\\w.-]{0,63}${ASSIGNED}${ANY_QUOTE}[\\w.-]{1,64}){0,2}`

const NAMES = ['name', 'key']

const VALUES = ['value']

const NAME_FIRST = new RegExp(`(?<![\\w.-])${NAME}${OTHERS}${BETWEEN}value${ASSIGNED}`, 'iy')

const VALUE = new RegExp(`(?<![\\w.-])value${ASSIGNED}`, 'iy')

const NAME_AFTER = new RegExp(`^${OTHERS}${BETWEEN}${NAME}(?![\\w.-])`, 'i')

const LONGEST_AFTER = 640

/**
 * The value after a key `value`: of a line of YAML all of it, or the lines of its block; elsewhere what is quoted, or a
 * word.
 */
function pairedValue(text: string, match: RegExpExecArray): Found | undefined {
  const valueStart = match.index + match[0].length
  const keyStart = match.index + match[0].toLowerCase().lastIndexOf('value')
  const key = { text, keyStart, separator: ':', isSpaced: true, valueStart }
  if (quotedAt(text, valueStart) !== undefined || !isAtLineStart(key)) return namedValueAt(text, valueStart, 'word')
  return unquotedValue({ ...key, lineEnd: lineEndOf(text, valueStart) })
}

/** A name and its value under keys of their own, in either order: Kubernetes' `env`, JSON, attributes of XML. */
export const nameValuePair: Shape = {
  anchors: [...NAMES, ...VALUES],
  find({ text }, places) {
    const found: Found[] = matchesAt(text, NAME_FIRST, places(NAMES)).flatMap((match) =>
      isCredentialKey(match.groups?.['name'] ?? '') ? (pairedValue(text, match) ?? []) : [],
    )
    let end = 0
    for (const match of matchesAt(text, VALUE, places(VALUES))) {
      if (match.index < end) continue // Part of a word; a text in quotes may hold a pair of its own.
      const value = pairedValue(text, match)
      if (value === undefined) continue
      if (value.start === match.index + match[0].length) end = value.end
      const name = NAME_AFTER.exec(text.slice(value.end, value.end + LONGEST_AFTER))?.groups?.['name'] ?? ''
      if (isCredentialKey(name)) found.push(value)
    }
    return found
  },
}

const TUPLE = new RegExp(
  `[([]${ESCAPES}["'](?<name>[\\w.-]{1,128})${ESCAPES}["'],\\s{0,16}(?:Some\\()?(?=${ESCAPES}["'])`,
  'y',
)

const OPENINGS = ['("', "('", '(\\', '["', "['", '[\\'].flatMap((opening) =>
  Array.from('abcdefghijklmnopqrstuvwxyz"\\_', (sign) => opening + sign),
)

/** Pairs as programs print them: `("NAME", "value")`; a list of two is one only where the name is in capitals. */
export const tuple: Shape = {
  anchors: OPENINGS,
  find: ({ text }, places) =>
    matchesAt(text, TUPLE, places(OPENINGS)).flatMap((match) => {
      const name = match.groups?.['name'] ?? ''
      if (!isCredentialKey(name) || (match[0].startsWith('[') && !/^[A-Z0-9_]{4,128}$/.test(name))) return []
      const value = namedValueAt(text, match.index + match[0].length, 'word')
      return value === undefined || isCredentialKey(text.slice(value.start, value.end)) ? [] : [value]
    }),
}

const DOCKERFILE = /(?<![\w.-])(?:ENV|ARG)[ \t]{1,8}(?<name>[\w.-]{1,128})[ \t]{1,8}/y

const FISH =
  /(?<![\w.-])(?:set(?:[ \t]{1,4}--?[A-Za-z]{1,12}){1,5}|setenv|setx)[ \t]{1,4}(?<name>[\w.-]{1,128})[ \t]{1,8}/y

const SETTERS = ['set']

const DOCKERFILE_ANCHORS = ['env ', 'env\t', 'arg ', 'arg\t']

/**
 * Variables set with a blank before their value: a Dockerfile's `ENV NAME value`, fish's `set -x NAME value`, csh's
 * `setenv NAME value`.
 */
export const shellSetting: Shape = {
  anchors: [...DOCKERFILE_ANCHORS, ...SETTERS],
  find: ({ text }, places) => [
    ...valuesAfter(text, DOCKERFILE, places(DOCKERFILE_ANCHORS), 'line'),
    ...valuesAfter(text, FISH, places(SETTERS), 'word'),
  ],
}

const MASK_REQUEST = ['::add-mask::']

/** What a GitHub workflow asks its runner to mask. */
export const maskRequest: Shape = {
  anchors: MASK_REQUEST,
  find: ({ text }, places) => valuesBehind(text, matchesAt(text, /::add-mask::/iy, places(MASK_REQUEST)), 'line'),
}

const WORDS = ['pass', 'pwd', 'secret', 'token', 'credential', '_auth', 'rediscli_auth', 'key', 'accesssignature']

const ARROW = new RegExp(
  `(?:${CREDENTIAL_WORD})${ANY_QUOTE}[ \\t]{0,8}[:=][ \\t]{0,8}(?:"[^"\\n]{0,1024}"|'[^'\\n]{0,1024}'|[^\\s"']{1,1024})[ \\t]{1,4}(?:->|=>|→)[ \\t]{1,4}`,
  'iy',
)

/** What is after the arrow of a difference: `NAME = "a" -> "b"`. */
export const changedValue: Shape = {
  anchors: WORDS,
  find: ({ text }, places) => valuesBehind(text, matchesAt(text, ARROW, places(WORDS)), 'word'),
}

const KEY = new RegExp(`(?:${CREDENTIAL_WORD})(${ESCAPES}["'\`]?\\]?)([ \\t]{0,8})(=>|:=|={1,3}|:)([ \\t]{0,8})`, 'iy')

const ANCHORS = [
  'pass',
  'pwd',
  'secret',
  'token',
  'credential',
  '_auth',
  'rediscli_auth',
  'key',
  'accesssignature',
  ...before('pw', '\\"\'`] \t=:'),
]

/** Values of keys that name a credential: `k=v`, JSON, YAML, INI, env files, query strings, log fields. */
export const keyValue: Shape = {
  anchors: ANCHORS,
  find({ text }, places) {
    const found: Found[] = []
    let lineEnd = -1
    for (const match of matchesAt(text, KEY, places(ANCHORS))) {
      if (match.index < (found.at(-1)?.end ?? 0)) continue
      const [whole, close = '', blanks = '', separator = '', after = ''] = match
      const valueStart = match.index + whole.length
      if (valueStart > lineEnd) lineEnd = lineEndOf(text, valueStart)
      const place: KeyPlace = {
        text,
        keyStart: match.index,
        separator,
        isSpaced: blanks !== '' || after !== '' || close !== '',
        valueStart,
        lineEnd,
      }
      if (isNoKey(place)) continue
      const quoted = quotedAt(text, place.valueStart)
      if (!quoted) {
        const value = unquotedValue(place)
        if (value) found.push(value)
      } else if (!isPlainValue(text.slice(quoted.start, quoted.end))) {
        found.push({ start: quoted.start, end: quoted.end, until: quoted.closed ? 'token' : 'line' })
      }
    }
    return found
  },
}
