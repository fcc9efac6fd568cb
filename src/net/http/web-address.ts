import { Secret } from '../../redaction/secret-value.js'
import { misconfigured, isRefusal } from '../refusal.js'
import { answersInTls } from '../tls-mismatch.js'
import type { Socket } from 'node:net'
import { dial } from '../dial.js'
import { readTrustFile, secure } from '../tls-connection.js'

/** A web URL taken apart. Whatever may hold a credential is wrapped. */
export interface WebAddress {
  readonly secure: boolean
  /** Without the brackets of an IPv6 address. */
  readonly host: string
  readonly port: number
  /** What the Host header says: with brackets, and with the port unless it is the scheme's own. */
  readonly authority: string
  /** Path and query, as the request line carries them. */
  readonly target: Secret
  /** `Basic …` from the URL's user and password. */
  readonly authorization: Secret | undefined
  /** Scheme, host, port and path: what may be shown. */
  readonly printable: string
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function basicAuthorization(url: URL): Secret | undefined {
  if (url.username === '' && url.password === '') return undefined
  return new Secret(`Basic ${Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString('base64')}`)
}

/** The address that a parsed URL names; `https` and `wss` are the secure ones. */
export function webAddressOf(url: URL): WebAddress {
  const secure = url.protocol === 'https:' || url.protocol === 'wss:'
  return {
    secure,
    host: url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    authority: url.host,
    target: new Secret(`${url.pathname}${url.search}`),
    authorization: basicAuthorization(url),
    printable: `${url.protocol}//${url.host}${url.pathname}`,
  }
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

function webUrlOf(text: Secret): URL {
  const url = parsed(text.reveal())
  if (url === undefined) throw misconfigured('bad-url', 'it is not a URL')
  return url
}

/**
 * Parses a URL of one of the given schemes.
 *
 * @param schemes without the colon, in small letters
 * @throws Refusal `bad-url`, which never quotes the URL
 */
export function parseWebUrl(text: Secret, schemes: readonly string[]): URL {
  const url = webUrlOf(text)
  if (!schemes.includes(url.protocol.slice(0, -1)))
    throw misconfigured('bad-url', `its scheme is not one of ${schemes.join(', ')}`)
  return url
}

/** What `plan` prints of a URL: no credentials, no query. @throws Refusal `bad-url` */
export function webAddress(text: Secret): string {
  return webAddressOf(webUrlOf(text)).printable
}

/**
 * A URL as a plan shows it: without user and password, and of its query the names only, since a value there may be a
 * token.
 */
export function shownUrl(text: Secret): string {
  const url = parsed(text.reveal())
  if (url === undefined) return '(not a URL)'
  const names = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=…`)
  return `${webAddressOf(url).printable}${names.length === 0 ? '' : `?${names.join('&')}`}`
}

const hungUp = new Set(['connection-closed', 'connection-reset'])

/**
 * What lies behind a peer that hung up on a plain HTTP request without an answer: a TLS server does that, so it is
 * asked.
 *
 * @returns the refusal `tls-required` when the peer answers in TLS, else the error as it came
 * @throws SilenceError when the signal aborts first
 */
export async function demandedTls(error: unknown, address: WebAddress, signal: AbortSignal): Promise<unknown> {
  const isSilentEnd = isRefusal(error) && hungUp.has(error.problem.code)
  if (!isSilentEnd || address.secure || signal.aborted) return error
  return (await answersInTls(address, signal))
    ? misconfigured('tls-required', 'the peer closes the connection on plain HTTP and answers in TLS')
    : error
}

interface WebConnectionOptions {
  /** A PEM file of certificates to trust instead of the system's. */
  readonly trustFile: string | undefined
  /** The name the certificate must carry; the URL's host when absent. */
  readonly serverName: string | undefined
}

/**
 * Connects to a web address and, for a secure one, finishes the TLS handshake with the certificate verified. No proxy,
 * whatever the surroundings say. The caller destroys the socket when done.
 *
 * @throws Refusal with a connection problem or one of `tlsProblems`
 * @throws SilenceError when the signal aborts first
 */
export async function connectWeb(
  address: WebAddress,
  options: WebConnectionOptions,
  ascent: {
    readonly signal: AbortSignal
    reach(rung: 'resolve' | 'connect' | 'tls'): void
    bypass?(rung: 'tls'): void
  },
): Promise<Socket> {
  const trust = address.secure && options.trustFile !== undefined ? await readTrustFile(options.trustFile) : undefined
  if (!address.secure) ascent.bypass?.('tls')
  const socket = await dial(address, ascent)
  if (!address.secure) return socket
  try {
    return await secure(
      socket,
      { serverName: options.serverName ?? address.host, verify: 'full', trust, protocols: ['http/1.1'] },
      ascent,
    )
  } catch (error) {
    socket.destroy()
    throw error
  }
}
