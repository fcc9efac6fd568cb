import { z } from 'zod'
import { Secret } from '../redaction/secret-value.js'
import { misconfigured } from './refusal.js'

interface HostPort {
  readonly host: string
  readonly port: number
}

const schemePorts: Readonly<Record<string, number>> = { 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 }

/** A port as an input: a number, or its digits, as a variable gives them. */
export const portInput = () =>
  z
    .union([z.int(), z.string().regex(/^[1-9]\d{0,4}$/)])
    .transform(Number)
    .pipe(z.int().min(1).max(65_535))

/**
 * Takes `host:port`, `[::1]:port` or a URL with a port apart; the schemes of the web have a port of their own.
 *
 * @throws Refusal `bad-url`, which does not quote what was given
 */
export function parseHostPort(text: Secret): HostPort {
  const raw = text.reveal()
  const address = raw.includes('://') ? raw : `tcp://${raw}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  const port = url === undefined || url.port === '' ? (schemePorts[url?.protocol ?? ''] ?? 0) : Number(url.port)
  const host = (url?.hostname ?? '').replace(/^\[(.*)\]$/, '$1')
  if (host === '' || port === 0) throw misconfigured('bad-url', 'it is neither host:port nor a URL with a port')
  return { host, port }
}

/** Exactly one of the two ways to name a place: `address`, or `host` with `port`. */
export function namesOnePlace(given: {
  readonly address?: unknown
  readonly host?: unknown
  readonly port?: unknown
}): boolean {
  const hasBoth = given.host !== undefined && given.port !== undefined
  const hasEither = given.host !== undefined || given.port !== undefined
  return given.address === undefined ? hasBoth : !hasEither
}

/** The place an input names. @throws Refusal `bad-url` */
export function placeOf(given: {
  readonly address?: Secret | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
}): HostPort {
  return given.address === undefined ? { host: given.host ?? '', port: given.port ?? 0 } : parseHostPort(given.address)
}

/** `host:port`, with the brackets of an IPv6 address. */
export const printablePlace = ({ host, port }: HostPort): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

const loopbackNames = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/

/** An address in one form, however its host is written: names are in lower case, and those of the loopback are one. */
export function addressKey({ host, port }: HostPort): string {
  const name = host.toLowerCase().replace(/\.$/, '')
  return printablePlace({ host: loopbackNames.test(name) ? 'localhost' : name, port })
}

/** A connection URL taken apart, with its credentials wrapped. */
interface Dsn {
  readonly scheme: string
  /** Percent-decoded, without the brackets of an IPv6 address; empty when the URL names none. */
  readonly host: string
  /** 0 when the URL names none. */
  readonly port: number
  /** Percent-decoded, with its leading slash. */
  readonly path: string
  readonly user: string
  readonly password: Secret | undefined
  readonly query: ReadonlyMap<string, string>
}

/** Percent-decoding as Python's `unquote` and libpq's do it: what is not an escape stays as it is. */
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
