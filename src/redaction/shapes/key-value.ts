import { CREDENTIAL_WORD } from '../secret-name.js'
import type { Found } from '../span.js'
import { before, matchesAt } from './anchors.js'
import { ESCAPES } from './escapes.js'
import { isNoKey, lineEndOf, type Place } from './key-place.js'
import { isPlainValue } from './plain-value.js'
import { quotedAt } from './quoted.js'
import type { Shape } from './shape.js'
import { unquotedValue } from './unquoted-value.js'

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
      const place: Place = {
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
