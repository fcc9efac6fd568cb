import { MARKER } from '../../redaction/redact.js'
import { holdsGenerated } from '../../redaction/plain-text.js'

/**
 * Names in the query of an address that say where, as whom or how safely a driver connects, whatever stands before the
 * query (libpq,
 * asyncpg, redis-py). `passfile` and `sslkey` name files: they are no credentials themselves.
 */
const connecting: ReadonlySet<string> = new Set(
  'host hostaddr port unix_socket service servicefile user username dbname database db passfile protocol ssl sslmode sslnegotiation sslrootcert sslcert sslkey sslcrl sslcrldir ssl_ca_certs ssl_ca_path ssl_certfile ssl_keyfile ssl_cert_reqs ssl_check_hostname requiressl gssencmode channel_binding require_auth target_session_attrs options'.split(
    ' ',
  ),
)

/** Schemes under which what stands behind the host can be the credential itself, as in the address of a webhook. */
const web = /^(?:https?|wss?):\/\/$/i

/** What a part of an address reads as: itself where it may be shown, else a marker. */
type Shown = (part: string) => string

/**
 * The path and the query of an address, in which `shown` is asked of all but what says where it connects: that is never
 * masked.
 */
export function restForm(rest: string, shown: Shown): string {
  return partsForm(rest, shown, (pair) => (isConnecting(pair) ? pair : shown(pair)))
}

/**
 * The same of what is secret as a whole: what is no name or number is masked. A path `/` names nothing, so that it
 * counts as none.
 *
 * @param before the scheme with what ends it
 * @param hasUser whether there is a credential before the host: without one, an address of the web can be one itself
 * @param redact masks the credentials of the address
 */
export function secretRestForm(before: string, hasUser: boolean, rest: string, redact: Shown): string {
  const isWeb = web.test(before)
  const isName = isWeb && !hasUser ? () => false : looksNamed
  const name: Shown = (part) => (part === '' || (redact(part) === part && isName(part)) ? part : MARKER)
  const pairForm: Shown = (pair) => {
    if (!isWeb && isConnecting(pair)) return pair
    const [key = '', ...value] = pair.split('=')
    if (value.length === 0) return name(key)
    return `${name(key)}=${redact(pair) === pair ? name(value.join('=')) : MARKER}`
  }
  return partsForm(rest === '/' ? '' : rest, (path) => path.split('/').map(name).join('/'), pairForm)
}

function partsForm(rest: string, ofPath: Shown, ofPair: Shown): string {
  const [path = '', ...query] = rest.split('?')
  return ofPath(path) + (query.length === 0 ? '' : `?${query.join('?').split('&').map(ofPair).join('&')}`)
}

/** A word, a version, a number, several of them: nothing in it is as long and as mixed as a token. */
function looksNamed(part: string): boolean {
  return (
    /^[A-Za-z0-9._~,:-]{0,63}$/.test(part) &&
    !holdsGenerated(part) &&
    (part.match(/[A-Za-z0-9]{8,}/g) ?? []).every((run) => /^(?:[A-Z]?[a-z]+|[A-Z]+|[0-9]+)$/.test(run))
  )
}

function isConnecting(pair: string): boolean {
  const key = pair.split('=', 1)[0] ?? ''
  return connecting.has(decoded(key).toLowerCase())
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}
