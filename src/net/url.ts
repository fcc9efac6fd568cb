import { isIPv6 } from 'node:net'

/** By which a client speaks TLS from the start, or not at all. */
const encryptedSchemes = new Set(['https', 'wss', 'rediss', 'tls', 'mqtts', 'amqps'])

export type UrlReading = { readonly parts: UrlParts; readonly password: string } | { readonly reason: string }

/**
 * Takes a URL apart the way connection libraries do, not the way browsers do: nothing is normalised or guessed.
 * User-info ends at the `@` of the authority and holds none itself, since libraries differ over which of several
 * counts; an IPv6 host is in brackets; user, password, path and query are percent-decoded.
 *
 * @param options.schemeless a bare `host:port` is read as well, with an empty scheme
 * @param options.credentials the URL may carry credentials: an `@` after the authority is refused, since it shows a
 *   password with an unescaped `/`, `?` or `#`, of which no two libraries make the same host
 * @returns the parts and the password, or why it cannot be read; a reason never quotes the text
 */
export function readUrl(
  text: string,
  options: { readonly schemeless: boolean; readonly credentials: boolean },
): UrlReading {
  if (/[\s\u0000-\u001F\u007F-\u009F]/u.test(text)) return { reason: 'contains a space or a control character' }
  const split = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text)
  if (split === null) return { reason: 'is not a URL' }
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = split
  if (scheme === '' && !options.schemeless) return { reason: 'has no scheme (something://) at its start' }
  if (scheme === '' && authority === '') return { reason: 'has no host' }
  if (options.credentials && `${path}${query}${fragment}`.includes('@')) {
    return { reason: 'has an @ after its host: percent-encode /, ?, # and @ in a password' }
  }

  const at = authority.lastIndexOf('@')
  if (/[[\]@]/.test(authority.slice(0, Math.max(at, 0)))) {
    return { reason: 'has a raw [, ] or @ in its user name or password: percent-encode it (%5B, %5D, %40)' }
  }
  const address = readAddress(authority.slice(at + 1))
  if ('reason' in address) return address
  const parameters = readQuery(query)
  if (parameters === undefined) return { reason: 'gives a query parameter twice' }

  const userInfo = authority.slice(0, Math.max(at, 0))
  const colon = userInfo.indexOf(':')
  const password = percentDecode(colon === -1 ? '' : userInfo.slice(colon + 1)) || (parameters['password'] ?? '')
  return {
    parts: {
      scheme,
      ...address,
      path: percentDecode(path.replace(/^\//, '')),
      user: percentDecode(colon === -1 ? userInfo : userInfo.slice(0, colon)),
      hasPassword: password !== '',
      query: parameters,
      hosts: address.host === '' ? [] : [address.host],
      encrypted: encryptedSchemes.has(scheme.toLowerCase()),
    },
    password,
  }
}

function readAddress(text: string): { host: string; port: number } | { reason: string } {
  if (text.includes(',')) return { reason: 'names more than one server' }
  const match = /^(\[([^\]]*)\]|[^:[\]]*)(?::(\d*))?$/.exec(text)
  if (match === null) return { reason: 'has no readable host and port (write an IPv6 address in brackets)' }
  const [, name = '', bracketed, digits = ''] = match
  if (bracketed !== undefined && !isIPv6(bracketed))
    return { reason: 'has brackets around text that is not an IPv6 address' }
  if (bracketed === undefined && !/^[\p{L}\p{N}_.~%-]*$/u.test(name))
    return { reason: 'has a host with characters that are not allowed in a host' }
  const port = digits === '' ? 0 : Number(digits)
  if (digits !== '' && (port < 1 || port > 65_535)) return { reason: 'has a port outside 1 to 65535' }
  return { host: percentDecode(bracketed ?? name), port }
}

function readQuery(query: string): Record<string, string> | undefined {
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const equals = pair.indexOf('=')
      const [name, value] = equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
      return [formDecode(name), formDecode(value)]
    })
  return new Set(pairs.map(([name]) => name)).size === pairs.length ? Object.fromEntries(pairs) : undefined
}

function formDecode(text: string): string {
  return percentDecode(text.replaceAll('+', ' '))
}

/**
 * Decodes what is a valid escape and leaves the rest as it is, as Python's `unquote` and Rust's `percent_decode` do.
 */
function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}

export interface UrlParts {
  readonly scheme: string
  readonly host: string
  /** 0 when the URL names none. */
  readonly port: number
  /** Without the leading slash, percent-decoded. */
  readonly path: string
  readonly user: string
  readonly hasPassword: boolean
  /** It carries a user or a password that its driver never sends. */
  readonly unsentUserInfo?: boolean
  readonly query: Readonly<Record<string, string>>
  /** Every host that it names or that its driver takes instead; none for a socket. */
  readonly hosts: readonly string[]
  /** A client encrypts or does not connect. */
  readonly encrypted: boolean
}
