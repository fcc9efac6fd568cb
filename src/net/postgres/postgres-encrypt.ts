import type { Socket } from 'node:net'
import { peerWords } from '../peer-words.js'
import { misconfigured } from '../refusal.js'
import { connectionClosed, socketRefusal } from '../socket-refusal.js'
import { secure, type SecureOptions } from '../tls-connection.js'
import { untilAborted } from '../until-aborted.js'

/** SSLRequest: its length, and the code 80877103 (PostgreSQL manual, 55.7 Message Formats). */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

async function answerTo(request: Buffer, socket: Socket, signal: AbortSignal): Promise<Buffer> {
  const answer = new Promise<Buffer>((fulfil, reject) => {
    socket.once('readable', () => {
      const bytes = socket.read() as Buffer | null
      return bytes === null ? reject(connectionClosed()) : fulfil(bytes)
    })
    socket.once('error', (error) => reject(socketRefusal(error) ?? error))
    socket.once('close', () => reject(connectionClosed()))
  })
  socket.write(request)
  return await untilAborted(signal, answer)
}

export interface EncryptOptions extends SecureOptions {
  /** The connection goes on without TLS when the server has none. */
  readonly isOptional: boolean
  /** TLS from the first byte. */
  readonly isDirect: boolean
}

/** The handshake itself failed, after the server agreed to it. */
export class HandshakeError extends Error {
  constructor(override readonly cause: unknown) {
    super('the TLS handshake failed')
  }
}

/**
 * Asks the server for TLS and speaks it when it agrees.
 *
 * @returns the encrypted socket, or `undefined` when the server has no TLS and the connection can do without
 * @throws Refusal `tls-refused`, `not-postgres` or a connection problem; HandshakeError with what the handshake failed
 *   for
 */
export async function encryptPostgres(
  socket: Socket,
  options: EncryptOptions,
  context: { readonly signal: AbortSignal; reach(rung: 'tls'): void },
): Promise<Socket | undefined> {
  if (options.isDirect) return await handshake(socket, options, context)
  const answer = await answerTo(sslRequest, socket, context.signal)
  const kind = String.fromCharCode(answer[0] ?? 0)
  if (answer.length > 1 && kind === 'E')
    throw misconfigured('tls-refused', peerWords(answer.subarray(5).toString('latin1').replaceAll('\0', ' ')))
  // More than the one byte before the handshake is somebody in between (CVE-2021-23222), or no PostgreSQL.
  if (answer.length !== 1 || (kind !== 'S' && kind !== 'N'))
    throw misconfigured('not-postgres', 'its answer to a request for TLS is not that of PostgreSQL')
  if (kind === 'S') return await handshake(socket, options, context)
  if (options.isOptional) return undefined
  throw misconfigured('tls-refused', 'the server does not offer TLS')
}

async function handshake(
  socket: Socket,
  options: EncryptOptions,
  context: { readonly signal: AbortSignal; reach(rung: 'tls'): void },
): Promise<Socket> {
  try {
    return await secure(socket, options, context)
  } catch (error) {
    throw new HandshakeError(error)
  }
}
