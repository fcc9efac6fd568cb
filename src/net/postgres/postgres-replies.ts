import { codeOf, messageOf } from '../../base/errors.js'
import type { Secret } from '../../redaction/secret-value.js'
import { peerWords } from '../peer-words.js'
import { misconfigured, refusedByPeer, refusedForNow, type Refusal } from '../refusal.js'

/** What a PostgreSQL server (or a pooler before it) can refuse, besides what every connection can meet. */
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
export type PostgresProblem = (typeof postgresProblems)[number]

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
 * @returns `undefined` for a SQLSTATE that is none of those known
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
