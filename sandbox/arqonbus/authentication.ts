import type { IncomingMessage } from 'node:http'
import { strip } from '../settings/python.js'
import { parseToken } from '../token/hs256.js'
import type { BusMisbehaviour } from './misbehaviour.js'
import type { BusSettings } from './settings.js'

/** The token of an upgrade: the Authorization header (`Bearer` in any case), else one of three query parameters. */
function bearerToken(request: IncomingMessage): string | undefined {
  const header = request.headers.authorization
  if (header !== undefined) {
    const [scheme = '', ...rest] = strip(header).split(' ')
    const token = strip(rest.join(' '))
    if (scheme.toLowerCase() === 'bearer' && token !== '') return token
  }
  const query = new URL(request.url ?? '/', 'ws://bus').searchParams
  return (
    ['token', 'access_token', 'auth_token']
      .map((name) => query.get(name))
      .find((value) => value !== null && value !== '') ?? undefined
  )
}

/** exp, nbf and iat are optional for the bus; where present they must be numbers and are judged without leeway. */
function isTimely(claims: Readonly<Record<string, unknown>>, acceptsExpired: boolean): boolean {
  const now = Date.now() / 1000
  const times = ['exp', 'nbf', 'iat'].map((name) => claims[name])
  if (times.some((time) => time !== undefined && typeof time !== 'number')) return false
  const [exp, nbf, iat] = times as (number | undefined)[]
  if (exp !== undefined && now > exp && !acceptsExpired) return false
  return !(nbf !== undefined && now < nbf) && !(iat !== undefined && iat > now)
}

function isAccepted(token: string, settings: BusSettings, misbehaviour: BusMisbehaviour): boolean {
  const parsed = parseToken(token)
  if (parsed === undefined) return false
  const algorithm = parsed.algorithm.toUpperCase()
  if (algorithm === 'NONE') return misbehaviour.acceptsUnsigned && isTimely(parsed.claims, misbehaviour.acceptsExpired)
  if (algorithm !== 'HS256') return false
  const secret = settings.jwtSecret ?? ''
  if (secret === '') return false
  if (!misbehaviour.acceptsForged && !parsed.hasValidSignature(secret)) return false
  return isTimely(parsed.claims, misbehaviour.acceptsExpired)
}

/** Whether the token of an upgrade that was let in claims this role. */
export function claimsRole(request: IncomingMessage, role: string): boolean {
  const token = bearerToken(request)
  return token !== undefined && parseToken(token)?.claims['role'] === role
}

/** Why the bus refuses this upgrade with 401; undefined when it lets the client in. */
export function refusalOf(
  request: IncomingMessage,
  settings: BusSettings,
  misbehaviour: BusMisbehaviour,
): string | undefined {
  if (!settings.isAuthEnabled || misbehaviour.authentication === 'off') return undefined
  const token = bearerToken(request)
  if (token === undefined) return 'Missing bearer token'
  return isAccepted(token, settings, misbehaviour) ? undefined : 'Invalid token'
}
