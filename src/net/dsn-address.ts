import { Secret } from '../redaction/secret-value.js'
import { misconfigured } from './refusal.js'

/** A connection URL taken apart, with its credentials wrapped. */
export interface Dsn {
  readonly scheme: string
  /** Percent-decoded, without the brackets of an IPv6 address; empty when the URL names none. */
  readonly host: string
  /** 0 when the URL names none. */
  readonly port: number
  /** As it stands, percent-decoded, with its leading slash. */
  readonly path: string
  readonly user: string
  readonly password: Secret | undefined
  readonly query: ReadonlyMap<string, string>
}

/** Percent-decoding as Python's `unquote` and libpq's do it: what is no escape stays as it is. */
export function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}

function bareHost(host: string): string {
  return percentDecode(host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host)
}

/**
 * Takes a connection URL apart.
 *
 * @param schemes those the target's driver accepts, in small letters
 * @throws Refusal `bad-url`, whose words name the fault and never the URL
 */
export function parseDsn(text: Secret, schemes: readonly string[]): Dsn {
  const raw = text.reveal()
  const [scheme = ''] = /^[A-Za-z][A-Za-z0-9+.-]*(?=:\/\/)/.exec(raw) ?? []
  if (raw === '') throw misconfigured('bad-url', 'the URL is empty')
  if (scheme === '') throw misconfigured('bad-url', 'the URL has no scheme')
  if (!schemes.includes(scheme)) throw misconfigured('bad-url', `its scheme is not one of ${schemes.join(', ')}`)
  // Credentials without a host (a socket's URL has them) are nothing the URL standard knows.
  const isHostless = /^[^:]+:\/\/[^/?#]*@(?:[/?#]|$)/.test(raw)
  let url: URL
  try {
    url = new URL(isHostless ? raw.replace(/@(?=[/?#]|$)/, '@none') : raw)
  } catch {
    // The error would carry the URL, and with it the password.
    throw misconfigured(
      'bad-url',
      'the URL cannot be parsed: its host, its port, or a character that needs percent-encoding',
    )
  }
  return {
    scheme,
    host: isHostless ? '' : bareHost(url.hostname),
    port: url.port === '' ? 0 : Number(url.port),
    path: percentDecode(url.pathname),
    user: percentDecode(url.username),
    password: url.password === '' ? undefined : new Secret(percentDecode(url.password)),
    query: new Map(url.searchParams),
  }
}
