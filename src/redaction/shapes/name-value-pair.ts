import { isCredentialKey } from '../secret-name.js'
import type { Found } from '../span.js'
import { matchesAt } from './anchors.js'
import { ANY_NEWLINE, ANY_QUOTE, ESCAPES } from './escapes.js'
import { isAtLineStart, lineEndOf } from './key-place.js'
import { valueAt } from './named-value.js'
import { quotedAt } from './quoted.js'
import type { Shape } from './shape.js'
import { unquotedValue } from './unquoted-value.js'

const ASSIGNED = `${ANY_QUOTE}[ \\t]{0,4}[:=][ \\t]{0,4}`
const BETWEEN = `${ANY_QUOTE}[ \\t]{0,8}(?:(?:,|#[^\\n]{0,200})?${ANY_NEWLINE}|,|[ \\t])\\s{0,64}${ANY_QUOTE}`
const NAME = `(?:name|key)${ASSIGNED}${ANY_QUOTE}(?<name>[\\w.-]{1,128})`
/** Up to two short members that stand between the two, such as a type. */
const OTHERS = `(?:${BETWEEN}[A-Za-z][\\w.-]{0,63}${ASSIGNED}${ANY_QUOTE}[\\w.-]{1,64}){0,2}`

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
  if (quotedAt(text, valueStart) !== undefined || !isAtLineStart(key)) return valueAt(text, valueStart, 'word')
  return unquotedValue({ ...key, lineEnd: lineEndOf(text, valueStart) })
}

/** A name and its value under keys of their own, in either order: Kubernetes' `env`, JSON, attributes of XML. */
export const nameValuePair: Shape = {
  anchors: ['name', 'key', 'value'],
  find({ text }, places) {
    const found: Found[] = matchesAt(text, NAME_FIRST, places(['name', 'key'])).flatMap((match) =>
      isCredentialKey(match.groups?.['name'] ?? '') ? (pairedValue(text, match) ?? []) : [],
    )
    let end = 0
    for (const match of matchesAt(text, VALUE, places(['value']))) {
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
  [...'abcdefghijklmnopqrstuvwxyz"\\_'].map((sign) => opening + sign),
)

/** Pairs as programs print them: `("NAME", "value")`; a list of two is one only where the name is in capitals. */
export const tuple: Shape = {
  anchors: OPENINGS,
  find: ({ text }, places) =>
    matchesAt(text, TUPLE, places(OPENINGS)).flatMap((match) => {
      const name = match.groups?.['name'] ?? ''
      if (!isCredentialKey(name) || (match[0].startsWith('[') && !/^[A-Z0-9_]{4,128}$/.test(name))) return []
      const value = valueAt(text, match.index + match[0].length, 'word')
      return value === undefined || isCredentialKey(text.slice(value.start, value.end)) ? [] : [value]
    }),
}
