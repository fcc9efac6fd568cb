import type { Ascent } from './climb.js'
import { dial } from './dial.js'
import { encryptPostgres } from './postgres-encrypt.js'
import { openPostgresSession, type PostgresSession } from './postgres-session.js'
import type { PostgresTarget } from './postgres-url.js'
import { Refusal } from './refusal.js'

export interface PostgresLoginResult {
  readonly session: PostgresSession
  readonly tlsUsed: boolean
}

/** One way in: with TLS asked for, or without. */
async function enter(target: PostgresTarget, asksForTls: boolean, trust: string | undefined, limit: number, ascent: Ascent<'resolve' | 'connect' | 'tls'>): Promise<PostgresLoginResult> {
  const { endpoint } = target
  const socket = await dial(endpoint, ascent)
  try {
    const serverName = 'host' in endpoint ? endpoint.host : ''
    const encrypted = asksForTls ? await encryptPostgres(socket, { mode: target.sslMode, serverName, trust }, ascent) : undefined
    const session = await openPostgresSession(encrypted ?? socket, target, limit, ascent.signal)
    return { session, tlsUsed: encrypted !== undefined }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/**
 * Logs in the way asyncpg does: `prefer` goes back to a plain connection when the encrypted one is not admitted, `allow` the other
 * way round; every other mode has one way in.
 */
export async function logInToPostgres(
  target: PostgresTarget,
  trust: string | undefined,
  limit: number,
  ascent: Ascent<'resolve' | 'connect' | 'tls'>,
): Promise<PostgresLoginResult> {
  const isFirstEncrypted = target.sslMode !== 'disable' && target.sslMode !== 'allow'
  try {
    return await enter(target, isFirstEncrypted, trust, limit, ascent)
  } catch (error) {
    const isNotAdmitted = error instanceof Refusal && ['not-admitted', 'tls-required'].includes(error.problem.code)
    const hasOtherWay = target.sslMode === 'prefer' || target.sslMode === 'allow'
    if (!isNotAdmitted || !hasOtherWay) throw error
    try {
      return await enter(target, !isFirstEncrypted, trust, limit, ascent)
    } catch (second) {
      // What kept us out is what the first way met, unless the second came further than being admitted.
      throw second instanceof Refusal && second.problem.code === 'not-admitted' ? error : second
    }
  }
}
