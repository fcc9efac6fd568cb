import { isIPv6 } from 'node:net'

/** What `urllib.parse.urlsplit` makes of a URL: nothing is decoded yet. */
export interface PythonUrl {
  /** In small letters. */
  readonly scheme: string
  readonly netloc: string
  /** With its leading slash. */
  readonly path: string
  readonly query: string
}

const encode = 'percent-encode [ as %5B and ] as %5D in the user name and the password'

/**
 * Python's `urlsplit`, and the brackets by the strictest of its patch levels: one that the service runs on may be any.
 * A refusal says what Python objects to and quotes nothing.
 */
export function urlsplit(text: string): PythonUrl | { readonly refusal: string } {
  const stripped = text.replace(/^[\0-\x20]+/, '').replace(/[\t\r\n]/g, '')
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(stripped)?.[1] ?? ''
  const rest = scheme === '' ? stripped : stripped.slice(scheme.length + 1)
  const netloc = /^\/\/([^/?#]*)/.exec(rest)?.[1] ?? ''
  const after = rest.startsWith('//') ? rest.slice(2 + netloc.length) : rest
  const refusal = bracketRefusal(netloc) ?? normalisationRefusal(netloc)
  if (refusal !== undefined) return { refusal }
  const beforeFragment = before(after, '#')
  const path = before(beforeFragment, '?')
  return { scheme: scheme.toLowerCase(), netloc, path, query: beforeFragment.slice(path.length + 1) }
}

function bracketRefusal(netloc: string): string | undefined {
  const at = netloc.lastIndexOf('@')
  if (/[[\]]/.test(netloc.slice(0, Math.max(at, 0)))) return `Invalid IPv6 URL: ${encode}`
  const host = netloc.slice(at + 1)
  if (!/[[\]]/.test(host)) return undefined
  const match = /^\[([^\]]*)\](?::.*)?$/s.exec(host)
  if (match === null) return 'Invalid IPv6 URL: brackets must enclose only the address'
  const [, address = ''] = match
  if (isScopedAddress(address) || /^v[a-fA-F0-9]+\..+$/.test(address)) return undefined
  return 'Invalid IPv6 URL: the text in brackets is not an IPv6 address'
}

function isScopedAddress(text: string): boolean {
  const percent = text.indexOf('%')
  if (percent === -1) return isIPv6(text)
  const zone = text.slice(percent + 1)
  return isIPv6(text.slice(0, percent)) && zone !== '' && !zone.includes('%')
}

/** Characters that fold into one that ends a host (℀ is `a/c`). */
function normalisationRefusal(netloc: string): string | undefined {
  const plain = netloc.replace(/[@:#?]/g, '')
  const folded = plain.normalize('NFKC')
  return folded !== plain && /[/?#@:]/.test(folded)
    ? 'netloc contains invalid characters under NFKC normalization: percent-encode what is not ASCII'
    : undefined
}

function before(text: string, character: string): string {
  const index = text.indexOf(character)
  return index === -1 ? text : text.slice(0, index)
}

/** `.username` and `.password`, up to the last `@`: `undefined` where the URL has none, and not decoded. */
export function userInfo({ netloc }: PythonUrl): {
  readonly username: string | undefined
  readonly password: string | undefined
} {
  const at = netloc.lastIndexOf('@')
  if (at === -1) return { username: undefined, password: undefined }
  const text = netloc.slice(0, at)
  const colon = text.indexOf(':')
  return colon === -1
    ? { username: text, password: undefined }
    : { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

/**
 * `.hostname` (in small letters up to a zone) and `.port`, after the last `@`; '' and `undefined` where the URL names
 * none.
 */
export function hostInfo({
  netloc,
}: PythonUrl): { readonly hostname: string; readonly port: number | undefined } | { readonly refusal: string } {
  const text = netloc.slice(netloc.lastIndexOf('@') + 1)
  const bracketed = /\[([^\]]*)\](.*)$/s.exec(text)
  const host = bracketed?.[1] ?? before(text, ':')
  const afterHost = bracketed?.[2] ?? text.slice(host.length)
  const digits = afterHost.slice(before(afterHost, ':').length + 1)
  const name = before(host, '%')
  const hostname = name.toLowerCase() + host.slice(name.length)
  if (digits === '') return { hostname, port: undefined }
  if (!/^[0-9]+$/.test(digits)) return { refusal: 'Port could not be cast to integer value' }
  const port = Number(digits)
  return port > 65_535 ? { refusal: 'Port out of range 0-65535' } : { hostname, port }
}

/** Python's `unquote`: what is not an escape stays as it is, and bytes that are not UTF-8 become U+FFFD. */
export function unquote(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}

/**
 * Python's `parse_qsl`, in the order of the query. A parameter without a value is dropped.
 *
 * @param strict as with `strict_parsing=True`, a piece without `=` is refused: `undefined`
 */
export function parseQsl(query: string, strict: false): readonly (readonly [string, string])[]
export function parseQsl(query: string, strict: boolean): readonly (readonly [string, string])[] | undefined
export function parseQsl(query: string, strict: boolean): readonly (readonly [string, string])[] | undefined {
  if (query === '') return []
  const pieces = query.split('&').map((piece) => ({ piece, equals: piece.indexOf('=') }))
  if (strict && pieces.some(({ equals }) => equals === -1)) return undefined
  return pieces
    .filter(({ piece, equals }) => equals !== -1 && equals < piece.length - 1)
    .map(({ piece, equals }): [string, string] => [
      formDecode(piece.slice(0, equals)),
      formDecode(piece.slice(equals + 1)),
    ])
}

function formDecode(text: string): string {
  return unquote(text.replaceAll('+', ' '))
}
