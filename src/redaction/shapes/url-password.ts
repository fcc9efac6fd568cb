import { isTokenScheme } from '../dsn-secrets.js'
import { type Found, after, matchesAt, before } from '../span.js'
import { anchoredShape, patternShape, type Shape, ANY_NEWLINE, ESCAPES, quotedAt } from './shape.js'
import { isPlainValue } from './plain-value.js'
import { CREDENTIAL_WORD } from '../secret-value.js'

const LONGEST = 4096

const STOP = /[\s<>"'`|\0]|,[a-z][a-z0-9+.-]{0,31}:\/\//i

/** Data stores' URLs have no `@` in their path, so one there ends a password with a raw slash. */
const STORE = /^(?:rediss?|valkeys?|postgres(?:ql)?|nats|mysql|mariadb|mongodb(?:\+srv)?|amqps?|mqtts?|kafka|ldaps?)$/i

function userInfoEnd(scheme: string, rest: string): number {
  const slash = rest.search(/[/?#]/)
  const authority = slash < 0 ? rest : rest.slice(0, slash)
  const last = rest.lastIndexOf('@')
  if (last < 0) return -1
  if (authority.includes('@')) {
    const query = rest.indexOf('?')
    return query >= 0 ? rest.slice(0, query).lastIndexOf('@') : last
  }
  const port = /:([^:]{0,128})$/.exec(authority)
  const isHostAndPort = !authority.startsWith(':') && (!port || /^\d{0,5}$/.test(port[1] ?? ''))
  if (!isHostAndPort) return last
  return STORE.test(scheme) && authority.includes(':') && !rest.slice(0, last).includes('?') ? last : -1
}

const SLASHES = ['://', ':/\\', ':\\/']

/** Passwords in the user-info of URLs, up to the last `@`; a lone user-info only where it is a token. */
export const urlUserInfo: Shape = {
  anchors: SLASHES,
  find({ text }, places) {
    const found: Found[] = []
    for (const match of matchesAt(text, /:\\?\/\\?\//y, places(SLASHES))) {
      const scheme = /[a-z][a-z0-9+.-]{0,31}$/i.exec(text.slice(Math.max(0, match.index - 32), match.index))?.[0]
      const start = match.index + match[0].length
      if (scheme === undefined) continue
      const rest = text.slice(start, start + LONGEST)
      const stop = rest.search(STOP)
      const run = stop < 0 ? rest : rest.slice(0, stop)
      const end = userInfoEnd(scheme, run)
      if (end <= 0) continue
      const colon = run.slice(0, end).indexOf(':')
      if (colon < 0 && !isTokenScheme(scheme)) continue
      if (colon + 1 < end) found.push({ start: start + colon + 1, end: start + end })
    }
    return found
  },
}

/** Query parameters that carry a credential under a name that says little elsewhere. */
export const queryToken: Shape = anchoredShape(
  /[?&;](?:sig|signature|key|code|auth|jwt|sas|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential)=(?<secret>[^&;\s"'`<>#]{10,4096})/diy,
  { anchors: ['sig', 'key', 'cod', 'aut', 'jwt', 'sas', 'x-a', 'x-g'].flatMap((name) => after('?&;', name)) },
)

/** Addresses that are a credential themselves: who knows the path may post. */
export const webhookUrl: Shape = patternShape(
  new RegExp(
    '(?:hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)|discord(?:app)?\\.com/api(?:/v\\d{1,2})?/webhooks|' +
      '\\.webhook\\.office\\.com/webhookb2|outlook\\.office(?:365)?\\.com/webhook|' +
      'hooks\\.zapier\\.com/hooks/catch|maker\\.ifttt\\.com/trigger|chat\\.googleapis\\.com/v1/spaces|' +
      'api\\.telegram\\.org/(?:file/)?bot|events\\.pagerduty\\.com/integration|webhook\\.site|' +
      '\\.logic\\.azure\\.com(?::443)?/workflows)(?<secret>[^\\s"\'`<>]{8,2048})',
    'dgi',
  ),
  { anchors: ['hooks.', 'webhook', 'ifttt', 'googleapis', 'telegram', 'pagerduty', 'azure'] },
)

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

/** What ends in a header's name, as the path of a check or a file does: `runtime/rejects-malformed-authorization`. */
const PATH_BEFORE = /[\w.-]{1,64}\/[\w.-]{0,64}$/

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

/** `Authorization`, `Cookie` and API-key headers: to the end of the line, or of the quotes they are in. */
export const credentialHeader: Shape = {
  anchors: NAME_ANCHORS,
  find({ text }, places) {
    const found: Found[] = []
    for (const match of matchesAt(text, NAME, places(NAME_ANCHORS))) {
      const [whole, after = ''] = match
      const sign = text[match.index - 1] ?? ''
      if (!isBoundary(text, match.index) || PATH_BEFORE.test(text.slice(Math.max(0, match.index - 130), match.index)))
        continue
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

const ANCHORS = ['pass', 'pwd', 'secret', 'token', 'credential', '_auth', 'rediscli_auth', 'key', 'accesssignature']

const ATTRIBUTE = `\\s{1,16}[\\w.:-]{1,64}\\s{0,4}=\\s{0,4}(?:"[^"<>]{0,200}"|'[^'<>]{0,200}')`

/** After the name: the end of its tag, or its element and the beginning of the one that holds the value. */
const ELEMENT = new RegExp(
  `(?:${CREDENTIAL_WORD})(?:["']?(?:${ATTRIBUTE}){0,4}\\s{0,16}>|</[\\w.:-]{1,64}>\\s{0,64}<[\\w.:-]{1,64}>)\\s{0,64}(?:<!\\[CDATA\\[)?(?<secret>[^<>]{1,4096}?)\\s{0,64}(?:\\]\\]>\\s{0,64})?</`,
  'diy',
)

/** Before the last word of a tag, of an attribute that holds a name and nothing else, or of an element that does. */
const NAME_BEFORE = /(?:[<>]\s{0,64}|(?<!\bhref\s{0,4})=\s{0,4}["'])[\w.:/-]{0,128}$/

/** Whether the name is that of a tag, and what ends behind its text is another element: `AUTH <user> <pass> … </p>`. */
function isOtherElement(before: string, text: string, match: RegExpExecArray): boolean {
  const [, lead] = /<([\w.:-]{0,128})$/.exec(before) ?? []
  if (lead === undefined) return false
  const name = lead + (/^[\w.:-]{1,64}/.exec(match[0])?.[0] ?? '')
  return !text.startsWith(name, match.index + match[0].length)
}

/**
 * Elements of XML: `<password>x</password>`, `<property name="password">x</property>`,
 * `<name>PASSWORD</name><value>x</value>`.
 */
export const markupElement: Shape = {
  anchors: ANCHORS,
  find: ({ text }, places) =>
    matchesAt(text, ELEMENT, places(ANCHORS)).flatMap((match) => {
      const before = text.slice(Math.max(0, match.index - 200), match.index)
      if (!NAME_BEFORE.test(before) || isOtherElement(before, text, match)) return []
      const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0]
      return isPlainValue(text.slice(start, end).trim()) ? [] : [{ start, end }]
    }),
}
