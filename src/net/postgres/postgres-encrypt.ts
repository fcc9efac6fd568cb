import type { Socket } from 'node:net'
import {
  peerWords,
  misconfigured,
  connectionClosed,
  socketRefusal,
  refusedByPeer,
  refusedForNow,
  type Refusal,
} from '../refusal.js'
import { secure, type SecureOptions } from '../tls-connection.js'
import { untilAborted } from '../../base/time/waiting.js'
import { codeOf, messageOf } from '../../base/errors.js'
import type { Secret } from '../../redaction/secret-value.js'

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

interface EncryptOptions extends SecureOptions {
  /** The connection continues without TLS when the server has none. */
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
    throw misconfigured('not-postgres', 'its answer to a request for TLS is not the answer of PostgreSQL')
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

/** What a PostgreSQL server (or a pooler before it) can refuse, besides the problems of every connection. */
export const postgresProblems = [
  'bad-url',
  'not-postgres',
  'tls-refused',
  'tls-required',
  'password-missing',
  'wrong-password',
  'not-admitted',
  'unsupported-authentication',
  'wrong-database',
  'permission-denied',
  'too-many-connections',
  'starting-up',
  'shutting-down',
  'out-of-resources',
  'bad-setting',
  'wrong-role',
] as const

type PostgresProblem = (typeof postgresProblems)[number]

type Make = (code: PostgresProblem, detail: string) => Refusal<PostgresProblem>

/** By SQLSTATE (PostgreSQL manual, appendix A). */
const states: Readonly<Record<string, readonly [PostgresProblem, Make]>> = {
  '28P01': ['wrong-password', misconfigured],
  '28000': ['not-admitted', misconfigured],
  '3D000': ['wrong-database', misconfigured],
  '42501': ['permission-denied', misconfigured],
  '53300': ['too-many-connections', refusedForNow],
  '53100': ['out-of-resources', refusedByPeer],
  '53200': ['out-of-resources', refusedForNow],
  '57P03': ['starting-up', refusedForNow],
  '57P01': ['shutting-down', refusedForNow],
  '57P02': ['shutting-down', refusedForNow],
  '42704': ['bad-setting', misconfigured],
  '22023': ['bad-setting', misconfigured],
  '55P02': ['bad-setting', misconfigured],
}

/**
 * Classifies what a server's ErrorResponse, or the driver during authentication, said.
 *
 * @returns `undefined` for an unknown SQLSTATE
 */
export function postgresRefusal(error: unknown, password: Secret | undefined): Refusal<PostgresProblem> | undefined {
  const words = messageOf(error)
  const detail = peerWords(words, [password])
  // pg_hba.conf has no line for an unencrypted connection: the server has no state of its own for that.
  if (codeOf(error) === '28000' && /no encryption|SSL off/.test(words)) return misconfigured('tls-required', detail)
  const known = states[codeOf(error)]
  if (known !== undefined) return known[1](known[0], detail)
  if (/client password must be a non-empty string/.test(words))
    return misconfigured('password-missing', 'the server asks for a password')
  if (/^SASL: Only mechanism|Unknown authenticationOk message/.test(words))
    return misconfigured('unsupported-authentication', detail)
  return undefined
}
