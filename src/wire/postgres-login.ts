import { dial } from './dial.js'
import { encryptPostgres } from './postgres-encrypt.js'
import { openPostgresSession, type PostgresSession } from './postgres-session.js'
import type { PostgresTarget } from './postgres-url.js'
import { Refusal } from './refusal.js'
import { readTrustFile } from './tls.js'

export interface PostgresLoginResult {
  readonly session: PostgresSession
  readonly tlsUsed: boolean
}

/**
 * The certificates to trust, PEM, where the connection is verified and names any.
 *
 * @param named a file that comes before the one the URL names; empty for none
 */
export async function postgresTrust({ sslMode, trustFile }: PostgresTarget, named: string): Promise<string | undefined> {
  const file = named === '' ? trustFile : named
  const isVerifying = sslMode === 'verify-ca' || sslMode === 'verify-full'
  return file === undefined || !isVerifying ? undefined : await readTrustFile(file)
}

type LoginAscent = { readonly signal: AbortSignal; reach(rung: 'resolve' | 'connect' | 'tls'): void; bypass?(rung: 'tls'): void }

/** The server knows the client and does not let it in this way. */
class NotThisWay extends Error {
  constructor(
    readonly refusal: Refusal,
    readonly wasEncrypted: boolean,
  ) {
    super(refusal.message)
  }
}

/** One way in: with TLS asked for, or without. */
async function enter(target: PostgresTarget, asksForTls: boolean, trust: string | undefined, limit: number, ascent: LoginAscent, mostBytes?: number): Promise<PostgresLoginResult> {
  const { endpoint } = target
  const socket = await dial(endpoint, ascent)
  let wasEncrypted = false
  try {
    const serverName = 'host' in endpoint ? endpoint.host : ''
    const encrypted = asksForTls ? await encryptPostgres(socket, { mode: target.sslMode, serverName, trust }, ascent) : undefined
    wasEncrypted = encrypted !== undefined
    if (!wasEncrypted) ascent.bypass?.('tls')
    const session = await openPostgresSession(encrypted ?? socket, target, limit, ascent.signal, mostBytes)
    return { session, tlsUsed: wasEncrypted }
  } catch (error) {
    socket.destroy()
    const isNotAdmitted = error instanceof Refusal && (error.problem.code === 'not-admitted' || error.problem.code === 'tls-required')
    throw isNotAdmitted ? new NotThisWay(error, wasEncrypted) : error
  }
}

/**
 * Logs in the way asyncpg does: `prefer` goes back to a plain connection when the encrypted one is not admitted, `allow` the other
 * way round; every other mode has one way in.
 *
 * @param limit milliseconds for the login and for each query
 * @param mostBytes taken in from the server after the login
 * @throws Refusal, the first way's when neither is admitted
 */
export async function logInToPostgres(target: PostgresTarget, trust: string | undefined, limit: number, ascent: LoginAscent, mostBytes?: number): Promise<PostgresLoginResult> {
  const { sslMode } = target
  const isFirstEncrypted = sslMode !== 'disable' && sslMode !== 'allow'
  try {
    return await enter(target, isFirstEncrypted, trust, limit, ascent, mostBytes)
  } catch (first) {
    if (!(first instanceof NotThisWay)) throw first
    const hasOtherWay = sslMode === 'allow' || (sslMode === 'prefer' && first.wasEncrypted)
    if (!hasOtherWay) throw first.refusal
    try {
      return await enter(target, !isFirstEncrypted, trust, limit, ascent, mostBytes)
    } catch (second) {
      throw second instanceof NotThisWay ? first.refusal : second
    }
  }
}
