import { isCredentialKey } from './secret-value.js'

const SCHEME = /^[a-z][a-z0-9+.-]{0,31}:\/\//i
const NEXT_URL = /,(?=[a-z][a-z0-9+.-]{0,31}:\/\/)/i
const KEYWORD = /(?:^|\s)([a-z_]{1,64})\s{0,8}=\s{0,8}(?:'((?:[^'\\]|\\.){0,4096})'|(\S{1,4096}))/gi
const HOST_LIST = /^[\w.\-[\]:,/]*$/

/** Schemes whose lone user-info is a token (`nats://token@host`), not a user's name. */
const TOKEN_SCHEME = /^(?:nats|tls|wss?|https?)$/i

/** Whether a value is a URL, or a comma-separated list of them. */
export function isUrl(value: string): boolean {
  return SCHEME.test(value) && !/\s/.test(value)
}

/** Whether a lone user-info under this scheme is a token. */
export function isTokenScheme(scheme: string): boolean {
  return TOKEN_SCHEME.test(scheme)
}

/** A text and, where it differs, its percent-decoded form; a malformed escape is left as it is. */
function withDecoded(text: string): string[] {
  const decoded = text.replace(/(?:%[0-9a-f]{2}){1,1024}/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run
    }
  })
  return decoded === text ? [text] : [text, decoded]
}

function ofUserInfo(scheme: string, userInfo: string): string[] {
  const colon = userInfo.indexOf(':')
  if (colon >= 0) return [userInfo.slice(colon + 1)]
  return isTokenScheme(scheme) ? [userInfo] : []
}

function ofQuery(rest: string): string[] {
  const query = rest.indexOf('?')
  if (query < 0) return []
  return rest
    .slice(query + 1)
    .split(/[&#]/)
    .flatMap((parameter) => {
      const equals = parameter.indexOf('=')
      return equals > 0 && isCredentialKey(parameter.slice(0, equals)) ? [parameter.slice(equals + 1)] : []
    })
}

/** The text before the first of these signs. */
function before(text: string, signs: RegExp): string {
  const at = text.search(signs)
  return at < 0 ? text : text.slice(0, at)
}

/**
 * A password with a raw `/`, `?` or `@` makes a URL that no two parsers agree on, so each reading of its user-info
 * counts: up to the last `@` of the authority, of the part before the query, and, when neither has one, of it all.
 */
function ofUrl(url: string): string[] {
  const scheme = before(url, /:/)
  const rest = url.slice(scheme.length + 3)
  const beforeQuery = before(rest, /\?/)
  const readings = beforeQuery.includes('@') ? [before(rest, /[/?#]/), beforeQuery] : [rest]
  const userInfos = readings.flatMap((reading) => {
    const at = reading.lastIndexOf('@')
    return at > 0 ? [reading.slice(0, at)] : []
  })
  return [...userInfos.flatMap((userInfo) => ofUserInfo(scheme, userInfo)), ...ofQuery(rest)]
}

function ofKeywords(value: string): string[] {
  return [...value.matchAll(KEYWORD)].flatMap(([, key = '', quoted, plain]) =>
    isCredentialKey(key) ? [(quoted ?? plain ?? '').replace(/\\(.)/g, '$1'), quoted ?? plain ?? ''] : [],
  )
}

/**
 * The credentials in a data source name, raw and percent-decoded: the user-info's password (or lone token), query
 * parameters and libpq keywords that name one. Hosts, users, ports and paths are none. What is not a DSN of a known
 * form is returned whole: better too much than a leak.
 */
export function dsnCredentials(value: string): readonly string[] {
  const text = value.trim()
  const found = isUrl(text)
    ? text.split(NEXT_URL).flatMap(ofUrl)
    : /\b[a-z_]{1,64}\s{0,8}=/i.test(text)
      ? ofKeywords(text)
      : text.includes('@')
        ? ofUserInfo('nats', text.slice(0, text.lastIndexOf('@')))
        : HOST_LIST.test(text)
          ? []
          : [text]
  return [...new Set(found.flatMap(withDecoded))].filter((credential) => credential !== '')
}
