import type { Socket } from 'node:net'
import { dial } from '../dial.js'
import { readTrustFile, secure } from '../tls-connection.js'
import type { WebAddress } from './web-address.js'

export interface WebConnectionOptions {
  /** A PEM file of certificates to trust instead of the system's. */
  readonly trustFile: string | undefined
  /** The name the certificate must carry; the URL's host when absent. */
  readonly serverName: string | undefined
}

/**
 * Connects to a web address and, for a secure one, finishes the TLS handshake with the certificate verified. No proxy,
 * whatever
 * the surroundings say. Whoever connects destroys the socket when done.
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
