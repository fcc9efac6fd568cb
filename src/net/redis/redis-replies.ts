import type { Secret } from '../../redaction/secret-value.js'
import { peerWords } from '../peer-words.js'
import { misconfigured, refusedByPeer, refusedForNow, type Refusal } from '../refusal.js'

/** What a Redis or Valkey server can refuse, besides what every connection can meet. */
export const redisProblems = [
  'bad-url',
  'not-redis',
  'tls-required',
  'protected-mode',
  'max-clients',
  'auth-required',
  'wrong-password',
  'unexpected-password',
  'unknown-hello',
  'no-permission',
  'wrong-database',
  'loading',
  'stale-replica',
  'read-only',
  'misconf',
  'out-of-memory',
  'no-replicas',
  'cluster',
  'sentinel',
  'busy',
  'value-differs',
] as const
export type RedisProblem = (typeof redisProblems)[number]

type Make = (code: RedisProblem, detail: string) => Refusal<RedisProblem>

/** In the order they are tried: the prefix of an error reply, the code, and whose matter it is. */
const replies: readonly (readonly [RegExp, RedisProblem, Make])[] = [
  [/^DENIED\b/, 'protected-mode', refusedByPeer],
  [/^(?:ERR|MAXCLIENTS) max number of clients/i, 'max-clients', refusedForNow],
  [/^NOAUTH\b/, 'auth-required', misconfigured],
  [/^ERR operation not permitted/i, 'auth-required', misconfigured],
  [/^WRONGPASS\b/, 'wrong-password', misconfigured],
  [/^ERR invalid password/i, 'wrong-password', misconfigured],
  [
    /^ERR (?:AUTH <password> called without any password|Client sent AUTH, but no password is set)/i,
    'unexpected-password',
    misconfigured,
  ],
  [/^NOPERM\b/, 'no-permission', misconfigured],
  [/^ERR (?:DB index is out of range|invalid DB index|SELECT is not allowed)/i, 'wrong-database', misconfigured],
  [/^LOADING\b/, 'loading', refusedForNow],
  [/^MASTERDOWN\b/, 'stale-replica', refusedForNow],
  [/^READONLY\b/, 'read-only', refusedByPeer],
  [/^MISCONF\b/, 'misconf', refusedByPeer],
  [/^OOM\b/, 'out-of-memory', refusedByPeer],
  [/^(?:NOREPLICAS|NOGOODSLAVE)\b/, 'no-replicas', refusedForNow],
  [/^(?:CLUSTERDOWN|MOVED|ASK|CROSSSLOT|TRYAGAIN)\b/, 'cluster', refusedByPeer],
  [/^BUSY\b/, 'busy', refusedForNow],
]

/**
 * Classifies an error reply by its documented prefix.
 *
 * @param sent credentials that old servers may quote back
 * @returns `undefined` for a reply that is none of those known
 */
export function redisRefusal(reply: string, sent: readonly (Secret | undefined)[]): Refusal<RedisProblem> | undefined {
  const known = replies.find(([prefix]) => prefix.test(reply))
  if (known === undefined) return undefined
  const [, code, make] = known
  return make(code, peerWords(reply, sent))
}
