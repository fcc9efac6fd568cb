import { isCredentialKey } from '../secret-name.js'
import type { Found } from '../span.js'
import { matchesAt } from './anchors.js'
import { valueAt, valuesAfter } from './named-value.js'
import type { Shape } from './shape.js'

/** A quote, escaped as often as JSON in JSON in YAML escapes it. */
const QUOTE = `\\\\{0,7}["']?`
const ASSIGNED = `${QUOTE}[ \\t]{0,4}[:=][ \\t]{0,4}`
const BETWEEN = `${QUOTE}[ \\t]{0,8}(?:,|\\r?\\n|\\\\{1,4}n|[ \\t])\\s{0,64}${QUOTE}`
const NAME = `(?:name|key)${ASSIGNED}${QUOTE}(?<name>[\\w.-]{1,128})`

const NAME_FIRST = new RegExp(`(?<![\\w.-])${NAME}${BETWEEN}value${ASSIGNED}`, 'iy')
const VALUE = new RegExp(`(?<![\\w.-])value${ASSIGNED}`, 'iy')
const NAME_AFTER = new RegExp(`^${BETWEEN}${NAME}(?![\\w.-])`, 'i')

/** A name and its value under keys of their own, in either order: Kubernetes' `env`, JSON, attributes of XML. */
export const nameValuePair: Shape = {
  anchors: ['name', 'key', 'value'],
  find({ text }, places) {
    const found: Found[] = valuesAfter(text, NAME_FIRST, places(['name', 'key']), 'word')
    for (const match of matchesAt(text, VALUE, places(['value']))) {
      const value = valueAt(text, match.index + match[0].length, 'word')
      if (value === undefined) continue
      const name = NAME_AFTER.exec(text.slice(value.end, value.end + 320))?.groups?.['name'] ?? ''
      if (isCredentialKey(name)) found.push(value)
    }
    return found
  },
}

const TUPLE = /[([]\\{0,7}["'](?<name>[\w.-]{1,128})\\{0,7}["'],\s{0,16}(?:Some\()?(?=\\{0,7}["'])/y
const OPENINGS = ['("', "('", '(\\', '["', "['", '[\\'].flatMap((opening) => [...'abcdefghijklmnopqrstuvwxyz"_'].map((sign) => opening + sign))

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
