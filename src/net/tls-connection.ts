import { isIP, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  type ConnectionOptions,
  type SecureContext,
  type SecureContextOptions,
  type SecureVersion,
  type TLSSocket,
} from 'node:tls'
import { noteCertificate } from './dial.js'
import { untilAborted } from '../base/time/waiting.js'
import { codeOf, messageOf } from '../base/errors.js'
import { readUnlessPipe } from '../base/files/pipes.js'
import type { Secret } from '../redaction/secret-value.js'
import { peerWords, misconfigured, refusedByPeer, type Refusal, connectionClosed, socketRefusal } from './refusal.js'

/** The problem codes of every kind that may speak TLS. */
export const tlsProblems = ['tls-failed', 'not-tls', 'certificate-refused', 'trust-file-unreadable'] as const

/** How much of the peer's certificate must hold: nothing, its chain, or its chain and its name. */
export type Verification = 'none' | 'chain' | 'full'

export interface SecureOptions {
  /** The name the certificate must carry; also sent as SNI unless it is an IP address (RFC 6066 §3). */
  readonly serverName: string
  readonly verify: Verification
  /** Certificates to trust, PEM, instead of the system's. */
  readonly trust?: string | undefined
  /** The client's own certificates, PEM, and their key; sent when the peer asks for one. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** What the key is encrypted with. */
  readonly passphrase?: Secret | undefined
  /** Revoked certificates, PEM. */
  readonly crl?: string | undefined
  readonly minVersion?: SecureVersion | undefined
  readonly maxVersion?: SecureVersion | undefined
  /** OpenSSL's list of ciphers up to TLS 1.2. */
  readonly ciphers?: string | undefined
  /**
   * Judges the certificates that the peer presents (DER, its own first) besides OpenSSL; with `verify: none`, in its
   * place.
   */
  readonly refuse?: (certificates: readonly Uint8Array[]) => Refusal | undefined
  /** Protocols offered by ALPN. */
  readonly protocols?: readonly string[]
}

const plainAnswers = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_UNKNOWN_PROTOCOL',
])
const datesOut = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])

/** Classifies an error of a TLS connection, during the handshake or after it (TLS 1.3 refuses a client afterwards). */
export function tlsRefusal(error: unknown): Refusal | undefined {
  const code = codeOf(error)
  const detail = peerWords(messageOf(error))
  if (detail.includes('disconnected before secure TLS connection'))
    return connectionClosed('the peer closed the connection during the TLS handshake')
  if (plainAnswers.has(code)) return misconfigured('not-tls', 'the peer does not answer in TLS')
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return misconfigured('tls-failed', detail)
  return socketRefusal(error)
}

function certificateRefusal(error: Error | string): Refusal {
  const code = typeof error === 'string' ? error : codeOf(error)
  const words = peerWords(typeof error === 'string' ? error : `${code}: ${error.message}`)
  return datesOut.has(code) ? refusedByPeer('certificate-refused', words) : misconfigured('certificate-refused', words)
}

/**
 * Reads a file of certificates to trust.
 *
 * @throws Refusal `trust-file-unreadable`
 */
export async function readTrustFile(path: string): Promise<string> {
  try {
    const text = (await readUnlessPipe(path)).toString('utf8')
    if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error('it contains no PEM certificate')
    return text
  } catch (error) {
    throw misconfigured('trust-file-unreadable', peerWords(messageOf(error)))
  }
}

/**
 * What OpenSSL makes of certificates, key and versions, before any connection.
 *
 * @throws Refusal `tls-failed` for a certificate or key that it cannot use: a key that does not fit, a wrong password
 */
export function tlsContext({
  trust,
  cert,
  key,
  passphrase,
  crl,
  minVersion,
  maxVersion,
  ciphers,
}: Omit<SecureOptions, 'serverName' | 'verify'>): SecureContext {
  const settings: SecureContextOptions = {
    ...(trust === undefined ? {} : { ca: trust }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase: passphrase.reveal() }),
    ...(crl === undefined ? {} : { crl }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
  }
  try {
    return createSecureContext(settings)
  } catch (error) {
    throw misconfigured(
      'tls-failed',
      `these certificates, key or TLS versions cannot be used: ${peerWords(messageOf(error), [passphrase])}`,
    )
  }
}

/** What the peer presented, DER, in its order. To be called once: Node takes the chain from the connection. */
function presentedBy(tls: TLSSocket): readonly Uint8Array[] {
  const certificates: Uint8Array[] = []
  for (let next = tls.getPeerX509Certificate(); next !== undefined; next = next.issuerCertificate)
    certificates.push(next.raw)
  return certificates
}

/**
 * Speaks TLS over a connected socket. Ambient settings (`NODE_TLS_REJECT_UNAUTHORIZED`) change nothing: verification is
 * ours. The result lives and dies with the socket beneath it.
 *
 * @throws Refusal with one of `tlsProblems`, or a connection problem when the peer hangs up
 * @throws SilenceError when the signal aborts first
 */
export async function secure(
  socket: Socket,
  options: SecureOptions,
  context: { readonly signal: AbortSignal; reach(rung: 'tls'): void },
): Promise<TLSSocket> {
  const settings: ConnectionOptions = {
    socket,
    rejectUnauthorized: false,
    checkServerIdentity: (_host, certificate) =>
      options.verify === 'full' ? checkServerIdentity(options.serverName, certificate) : undefined,
    ...(isIP(options.serverName) === 0 ? { servername: options.serverName } : {}),
    secureContext: tlsContext(options),
    ...(options.protocols === undefined ? {} : { ALPNProtocols: [...options.protocols] }),
  }
  if (socket.destroyed) throw connectionClosed()
  const tls = connect(settings)
  const secured = new Promise<void>((fulfil, reject) => {
    tls.once('secureConnect', fulfil)
    // Stays permanently, as on the socket beneath.
    tls.on('error', (error: Error) => reject(tlsRefusal(error) ?? error))
    tls.once('close', () => reject(connectionClosed('the peer closed the connection during the TLS handshake')))
  })
  try {
    await untilAborted(context.signal, secured)
  } catch (error) {
    tls.destroy()
    throw error
  }
  // In Node 20 `getPeerX509Certificate` gives the certificate away: every later call, of any kind, gets none.
  const { fingerprint256 } = tls.getPeerCertificate() as { readonly fingerprint256?: string }
  const refusal =
    options.refuse?.(presentedBy(tls)) ??
    (options.verify !== 'none' && !tls.authorized ? certificateRefusal(tls.authorizationError) : undefined)
  if (refusal !== undefined) {
    tls.destroy()
    throw refusal
  }
  noteCertificate(socket, fingerprint256)
  context.reach('tls')
  return tls
}
