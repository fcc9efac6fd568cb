import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { messageOf } from '../../base/errors.js'
import { refuseAs } from '../named-files.js'
import { type NatsBanner, readNatsBanner, type NatsServerInfo } from './nats-banner.js'
import { type NatsTrust, natsTrust, type NatsTarget, parseNatsUrl } from './nats-url.js'
import { peerWords, misconfigured } from '../refusal.js'
import { secure, tlsRefusal, type SecureOptions } from '../tls-connection.js'
import { dial } from '../dial.js'
import { untilAborted } from '../../base/time/waiting.js'
import { openNatsSession, type NatsSession } from './nats-session.js'
import type { DriverContext } from '../drivers/driver.js'
import type { Secret } from '../../redaction/secret-value.js'

type NatsAscent = { readonly signal: AbortSignal; reach(rung: 'info' | 'tls'): void; bypass?(rung: 'tls'): void }

interface NatsStream {
  readonly stream: Duplex
  readonly isEncrypted: boolean
  readonly banner: NatsBanner
}

/** NATS over a WebSocket: the frames' payloads are the protocol's bytes. */
async function overWebSocket(socket: Socket, target: NatsTarget, signal: AbortSignal): Promise<Duplex> {
  const { createWebSocketStream, WebSocket } = await import('ws')
  const host = target.host.includes(':') ? `[${target.host}]` : target.host
  const driver = new WebSocket(`ws://${host}:${target.port}/`, {
    createConnection: () => socket,
    followRedirects: false,
    perMessageDeflate: false,
    maxPayload: 1_000_000,
  })
  const stream = createWebSocketStream(driver)
  // Stays permanently: what is lost shows when the stream is used.
  stream.on('error', () => {})
  const opened = new Promise<void>((fulfil, reject) => {
    driver.once('open', fulfil)
    driver.once('error', reject)
  })
  try {
    await untilAborted(signal, opened)
    return stream
  } catch (error) {
    socket.destroy()
    const refusal = tlsRefusal(error)
    if (refusal !== undefined) throw refusal
    if (signal.aborted) throw error
    throw misconfigured('not-nats', `no WebSocket: ${peerWords(messageOf(error))}`)
  }
}

/**
 * By the rules of the driver, where it has its own: OpenSSL would refuse some of what it takes, and take some of what
 * it refuses.
 */
async function security({ host, refuseCertificate }: NatsTarget, trust: NatsTrust): Promise<SecureOptions> {
  const pem = await trust()
  if (refuseCertificate === undefined) return { serverName: host, verify: 'full', trust: pem }
  return { serverName: host, verify: 'none', refuse: refuseAs(refuseCertificate, host, pem ?? '') }
}

async function plainFirst(
  socket: Socket,
  target: NatsTarget,
  trust: NatsTrust,
  ascent: NatsAscent,
  noteInfo: (banner: NatsBanner) => void,
): Promise<NatsStream> {
  const banner = await readNatsBanner(socket, ascent.signal)
  ascent.reach('info')
  noteInfo(banner)
  const isOffered = banner.info.tls_required || banner.info.tls_available
  // As async-nats: `tls://` demands it, `nats://` follows a server that requires it.
  if (target.scheme === 'tls' && !isOffered)
    throw misconfigured('tls-refused', 'the URL requires TLS, but the server does not offer it')
  if (target.scheme !== 'tls' && !banner.info.tls_required) {
    ascent.bypass?.('tls')
    return { stream: socket, isEncrypted: false, banner }
  }
  if (banner.bytes.length !== banner.bytes.indexOf('\r\n') + 2)
    throw misconfigured('not-nats', 'the peer continues to send before TLS')
  // Said beforehand: TLS 1.3 tells a client without one only after the handshake, and then hangs up.
  if (banner.info.tls_verify)
    throw misconfigured(
      'client-certificate-demanded',
      'the server requires a client certificate: client certificates for NATS are not supported',
    )
  const stream = await secure(socket, await security(target, trust), ascent)
  return { stream, isEncrypted: true, banner }
}

/**
 * Brings a connected socket to where the login begins: TLS where it is due (after the banner, or below a `wss` URL),
 * and the banner read.
 *
 * @param noteInfo called with the banner as soon as it is there
 * @throws Refusal `not-nats`, `tls-refused`, one of `tlsProblems`, `certificateProblems` or `fileProblems`, or a
 *   connection problem
 */
export async function prepareNatsStream(
  socket: Socket,
  target: NatsTarget,
  trust: NatsTrust,
  ascent: NatsAscent,
  noteInfo: (banner: NatsBanner) => void,
): Promise<NatsStream> {
  if (target.scheme === 'nats' || target.scheme === 'tls') return plainFirst(socket, target, trust, ascent, noteInfo)
  const isEncrypted = target.scheme === 'wss'
  const below = isEncrypted
    ? await secure(socket, { ...(await security(target, trust)), protocols: ['http/1.1'] }, ascent)
    : socket
  const stream = await overWebSocket(below, target, ascent.signal)
  try {
    const banner = await readNatsBanner(stream, ascent.signal)
    ascent.reach('info')
    noteInfo(banner)
    return { stream, isEncrypted, banner }
  } catch (error) {
    stream.destroy()
    throw error
  }
}

/** Where to log in, and as which user. */
export interface NatsAddress {
  readonly url: Secret
  /** A PEM file of certificates to trust instead of the system's. */
  readonly trustFile?: string | undefined
  /** Whose rules the URL is read by; without one, those that clients share. */
  readonly driver?: string | undefined
  /** What the driver takes from its process. */
  readonly surroundings?: DriverContext | undefined
  /** Where the files are that the driver's environment names. */
  readonly targetFiles?: 'here' | 'elsewhere' | undefined
}

interface NatsLoginResult {
  readonly session: NatsSession
  readonly info: NatsServerInfo
}

/**
 * Connects to a NATS server and logs in. The caller ends the session.
 *
 * @param limit milliseconds for the login
 * @throws Refusal when the server is not there, is not NATS, or turns the login down; SilenceError when the signal
 *   aborts first
 */
export async function logInToNats(
  { url, trustFile, driver, surroundings, targetFiles }: NatsAddress,
  limit: number,
  signal: AbortSignal,
): Promise<NatsLoginResult> {
  const target = parseNatsUrl(url, driver, surroundings)
  const trust = await natsTrust(trustFile, target, targetFiles)
  const context = { signal, reach: () => {} }
  const socket = await dial(target, context)
  try {
    const { stream, isEncrypted, banner } = await prepareNatsStream(socket, target, trust, context, () => {})
    return {
      session: await openNatsSession({ stream, isEncrypted, banner: banner.bytes }, target, limit, signal),
      info: banner.info,
    }
  } catch (error) {
    socket.destroy()
    throw error
  }
}
