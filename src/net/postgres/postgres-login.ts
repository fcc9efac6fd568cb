import type { Endpoint } from '../drivers/driver.js'
import { dial } from '../dial.js'
import { encryptPostgres, HandshakeError } from './postgres-encrypt.js'
import { openPostgresSession, type PostgresSession } from './postgres-session.js'
import type { PostgresSecurity, PostgresTarget } from './postgres-target.js'
import { misconfigured, Refusal, isRefusal } from '../refusal.js'

interface PostgresLoginResult {
  readonly session: PostgresSession
  readonly tlsUsed: boolean
  /** Of the target's, the one that answers. */
  readonly endpoint: Endpoint
}

type LoginAscent = {
  readonly signal: AbortSignal
  reach(rung: 'resolve' | 'connect' | 'tls'): void
  bypass?(rung: 'tls'): void
}

interface Course {
  readonly target: PostgresTarget
  readonly security: PostgresSecurity
  readonly limit: number
  readonly ascent: LoginAscent
  readonly mostBytes: number | undefined
}

/** The server knows the client and does not let it in this way. */
class NotThisWay extends Error {
  constructor(
    readonly refusal: unknown,
    readonly wasEncrypted: boolean,
  ) {
    super('not in this way')
  }
}

/** One way in: with TLS asked for, or without. */
async function enter(
  endpoint: Endpoint,
  asksForTls: boolean,
  { target, security, limit, ascent, mostBytes }: Course,
): Promise<PostgresLoginResult> {
  const socket = await dial(endpoint, ascent)
  let wasEncrypted = false
  try {
    const options = {
      serverName: 'host' in endpoint ? endpoint.host : '',
      isOptional: target.tls?.demand === 'prefer',
      isDirect: target.tls?.isDirect ?? false,
    }
    const encrypted =
      asksForTls && security.tls !== undefined
        ? await encryptPostgres(socket, { ...security.tls, ...options }, ascent)
        : undefined
    wasEncrypted = encrypted !== undefined
    if (!wasEncrypted) ascent.bypass?.('tls')
    const settings = Object.fromEntries(
      Object.entries(target.settings).filter(([name]) => name !== 'target_session_attrs'),
    )
    const login = { user: target.user, password: security.password, database: target.database, settings }
    const session = await openPostgresSession(encrypted ?? socket, login, limit, ascent.signal, mostBytes)
    return { session, tlsUsed: wasEncrypted, endpoint }
  } catch (error) {
    socket.destroy()
    if (error instanceof HandshakeError) throw new NotThisWay(error.cause, true)
    const isNotAdmitted =
      isRefusal(error) && (error.problem.code === 'not-admitted' || error.problem.code === 'tls-required')
    throw isNotAdmitted ? new NotThisWay(error, wasEncrypted) : error
  }
}

/**
 * `prefer` goes back to a plain connection when the encrypted one fails or is not admitted, `allow` the other way
 * round; every other mode has one way in.
 */
async function enterEitherWay(endpoint: Endpoint, course: Course): Promise<PostgresLoginResult> {
  const demand = 'path' in endpoint ? undefined : course.target.tls?.demand
  const isFirstEncrypted = demand === 'require' || demand === 'prefer'
  try {
    return await enter(endpoint, isFirstEncrypted, course)
  } catch (first) {
    if (!(first instanceof NotThisWay)) throw first
    const hasOtherWay = demand === 'allow' || (demand === 'prefer' && first.wasEncrypted)
    if (!hasOtherWay || course.ascent.signal.aborted) throw first.refusal
    try {
      return await enter(endpoint, !isFirstEncrypted, course)
    } catch (second) {
      throw second instanceof NotThisWay ? first.refusal : second
    }
  }
}

/**
 * What sends asyncpg on to the next host: errors of the system and of TLS, and a server that cannot be connected to
 * now. Any other ends it.
 */
const nextHostAfter = new Set([
  'name-not-found',
  'connection-refused',
  'connection-reset',
  'connection-closed',
  'network-unreachable',
  'tls-failed',
  'not-tls',
  'certificate-refused',
  'tls-refused',
  'starting-up',
])

/**
 * Logs in the way asyncpg does: to the first host that lets it in and has the role that `target_session_attrs` asks
 * for.
 *
 * @param limit milliseconds for the login and for each query
 * @param mostBytes taken in from the server after the login
 * @throws Refusal of the last host that could not be reached, or `wrong-role` when none has the role
 */
export async function logInToPostgres(
  target: PostgresTarget,
  security: PostgresSecurity,
  limit: number,
  ascent: LoginAscent,
  mostBytes?: number,
): Promise<PostgresLoginResult> {
  try {
    return await enterFirst({ target, security, limit, ascent, mostBytes })
  } catch (error) {
    throw explainUnknownHome(error, target)
  }
}

/** What a password or a certificate in the service's home could change. */
const curedByHome = new Set(['password-missing', 'not-admitted', 'tls-failed'])

/** Adds to a refusal what is unknown here and may be its reason. */
function explainUnknownHome(error: unknown, { filesOfUnknownHome }: PostgresTarget): unknown {
  if (!isRefusal(error) || !curedByHome.has(error.problem.code) || filesOfUnknownHome.length === 0) return error
  return new Refusal({
    ...error.problem,
    detail: `${error.problem.detail}; not read: ${filesOfUnknownHome.join(', ')} of the service account (give its home folder as service-home)`,
  })
}

async function enterFirst(course: Course): Promise<PostgresLoginResult> {
  const { target } = course
  const wanted = target.settings['target_session_attrs'] ?? 'any'
  let lastRefusal: Refusal | undefined
  let otherwise: PostgresLoginResult | undefined
  for (const endpoint of target.endpoints) {
    try {
      const entered = await enterEitherWay(endpoint, course)
      if (await isWanted(entered.session, wanted)) {
        await otherwise?.session.end()
        return entered
      }
      if (wanted === 'prefer-standby' && otherwise === undefined) otherwise = entered
      else await entered.session.end()
    } catch (error) {
      if (isRefusal(error) && nextHostAfter.has(error.problem.code)) {
        lastRefusal = error
        continue
      }
      await otherwise?.session.end()
      throw error
    }
  }
  if (otherwise !== undefined) return otherwise
  throw lastRefusal ?? misconfigured('wrong-role', `none of the hosts matches target_session_attrs=${wanted}`)
}

async function isWanted(session: PostgresSession, wanted: string): Promise<boolean> {
  try {
    return await fitsSession(session, wanted)
  } catch (error) {
    await session.end()
    throw error
  }
}

/** For each word of `target_session_attrs` what must hold: recovery alone, or that nothing can be written. */
const demands: Readonly<Record<string, { readonly of: 'recovery' | 'read-only'; readonly is: boolean }>> = {
  primary: { of: 'recovery', is: false },
  standby: { of: 'recovery', is: true },
  'prefer-standby': { of: 'recovery', is: true },
  'read-write': { of: 'read-only', is: false },
  'read-only': { of: 'read-only', is: true },
}

/**
 * Whether a server is what `target_session_attrs` asks for, by asyncpg's rules: read-only is a standby, or a default of
 * the session.
 */
async function fitsSession(session: PostgresSession, wanted: string): Promise<boolean> {
  const demand = demands[wanted]
  if (demand === undefined) return true
  const [row] = await session.query(
    "SELECT pg_catalog.pg_is_in_recovery() AS recovery, pg_catalog.current_setting('default_transaction_read_only') = 'on' AS read_only",
  )
  const holds = row?.['recovery'] === true || (demand.of === 'read-only' && row?.['read_only'] === true)
  return holds === demand.is
}
