import type { Found } from '../span.js'
import { before, matchesAt } from './anchors.js'
import { ANY_NEWLINE, ESCAPES } from './escapes.js'
import { isPlainValue } from './plain-value.js'
import { quotedAt } from './quoted.js'
import { anchoredShape, type Shape } from './shape.js'

const NAME = new RegExp(
  `(?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:[a-z]{1,20}-){0,3}(?:key|token|secret|authorization))(${ESCAPES}["'\`]?)[ \\t]{0,8}(?:=>|[:=]|(?<=["'\`]),)[ \\t]{0,8}`,
  'iy',
)
const NAME_ANCHORS = [
  'proxy-authorization',
  'authorization',
  'set-cookie',
  'cookie',
  ...before('x-', 'abcdefghijklmnopqrstuvwxyz'),
]

/** A line ends where it ends, also in a text in which line ends are escaped. */
const LINE_END = new RegExp(`${ANY_NEWLINE}|[\\r\\n]`)

/** Whether a word may begin here: after another sign than a letter or digit, or after an escaped line end or tab. */
function isBoundary(text: string, at: number): boolean {
  return !/[A-Za-z0-9]/.test(text[at - 1] ?? '') || /^\\[nrt]$/.test(text.slice(Math.max(0, at - 2), at))
}

function endOfValue(text: string, start: number, quote: string): number {
  const rest = text.slice(start)
  const line = rest.search(LINE_END)
  const lineEnd = line < 0 ? rest.length : line
  const close = quote === '' ? -1 : rest.indexOf(quote)
  return start + (close >= 0 && close < lineEnd ? close : lineEnd)
}

/** `Authorization`, `Cookie` and API-key headers: to the end of the line, or of the quotes they stand in. */
export const credentialHeader: Shape = {
  anchors: NAME_ANCHORS,
  find({ text }, places) {
    const found: Found[] = []
    for (const match of matchesAt(text, NAME, places(NAME_ANCHORS))) {
      const [whole, after = ''] = match
      const sign = text[match.index - 1] ?? ''
      if (!isBoundary(text, match.index)) continue
      const valueStart = match.index + whole.length
      if (valueStart < (found.at(-1)?.end ?? 0)) continue
      const quoted = quotedAt(text, valueStart)
      const start = quoted ? quoted.start : valueStart
      const end = quoted ? quoted.end : endOfValue(text, start, after === '' && /["'`]/.test(sign) ? sign : '')
      const value = text.slice(start, end).trim()
      if (isPlainValue(value) || value === '{' || value === '[') continue
      found.push({ start, end, until: 'line' })
    }
    return found
  },
}

/** Bearer tokens outside of a header; a word of letters only is prose (`not Bearer token format`). */
export const bearerToken: Shape = anchoredShape(
  /\bbearer[ \t]{1,4}(?<secret>(?=[A-Za-z._~+/-]{0,64}[0-9])[A-Za-z0-9._~+/-]{8,131072}={0,2})/diy,
  { anchors: ['bearer'] },
)

const BASIC = new RegExp(
  `(?:\\bbasic[ \\t]{1,4}|(?<=["'])auth${ESCAPES}["'][ \\t]{0,4}:[ \\t]{0,4}${ESCAPES}["'])([A-Za-z0-9+/_-]{6,4096}={0,2})`,
  'iy',
)
const BASIC_ANCHORS = ['basic', 'auth"', "auth'", 'auth\\']

/** Basic credentials outside of a header: base64 of `user:password`. */
export const basicCredentials: Shape = {
  anchors: BASIC_ANCHORS,
  find({ text }, places) {
    return matchesAt(text, BASIC, places(BASIC_ANCHORS)).flatMap((match) => {
      const token = match[1] ?? ''
      const decoded = Buffer.from(token, 'base64').toString('latin1')
      const end = match.index + match[0].length
      return /^[\x20-\x7e\x80-\xff]{0,4096}$/.test(decoded) && decoded.includes(':')
        ? [{ start: end - token.length, end, until: 'token' as const }]
        : []
    })
  },
}
