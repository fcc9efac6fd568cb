import { CREDENTIAL_WORD } from '../secret-name.js'
import type { Found } from '../span.js'
import { isNoKey, lineEndOf, type Place } from './key-place.js'
import { isPlainValue } from './plain-value.js'
import { quotedAt } from './quoted.js'
import type { Shape } from './shape.js'
import { unquotedValue } from './unquoted-value.js'

const KEY = new RegExp(`(?:${CREDENTIAL_WORD})(\\\\{0,3}["'\`]?\\]?)([ \\t]{0,8})(=>|:=|={1,3}|:)([ \\t]{0,8})`, 'gi')

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
        const value = unquotedValue(place)
        if (value) found.push(value)
      } else if (!isPlainValue(text.slice(quoted.start, quoted.end))) {
        found.push({ start: quoted.start, end: quoted.end, until: quoted.closed ? 'token' : 'line' })
      }
    }
    return found
  },
}
