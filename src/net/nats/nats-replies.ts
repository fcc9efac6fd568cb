import { certificateProblems } from '../drivers/driver.js'
import type { Secret } from '../../redaction/secret-value.js'
import { peerWords } from '../peer-words.js'
import { misconfigured, refusedByPeer, refusedForNow, type Refusal } from '../refusal.js'

/** What a NATS server can refuse, besides what every connection can meet. */
export const natsProblems = [
  'bad-url',
  'not-nats',
  'wrong-port',
  'tls-required',
  'tls-refused',
  'authorization-violation',
  'credentials-not-sent',
  'client-certificate-demanded',
  ...certificateProblems,
  'authentication-expired',
  'permission-denied',
  'max-connections',
  'lame-duck',
  'jetstream-disabled',
] as const
export type NatsProblem = (typeof natsProblems)[number]

type Make = (code: NatsProblem, detail: string) => Refusal<NatsProblem>

/** The texts of `-ERR` (NATS client protocol, and the server's own `errors.go`). */
const errors: readonly (readonly [RegExp, NatsProblem, Make])[] = [
  [/permissions violation/i, 'permission-denied', misconfigured],
  [/authorization violation/i, 'authorization-violation', misconfigured],
  [/authentication (?:timeout|expired|revoked)/i, 'authentication-expired', misconfigured],
  [/maximum (?:account |active )*connections exceeded/i, 'max-connections', refusedForNow],
  [/secure connection - tls required/i, 'tls-required', misconfigured],
  [/attempted to connect to (?:\w+ ){1,3}port/i, 'wrong-port', misconfigured],
  [/server shutdown|lame duck/i, 'lame-duck', refusedForNow],
  [/jetstream not enabled/i, 'jetstream-disabled', refusedByPeer],
]

/**
 * Classifies what a server said in `-ERR`.
 *
 * @returns `undefined` for words that are none of those known
 */
export function natsRefusal(words: string, sent: readonly (Secret | undefined)[]): Refusal<NatsProblem> | undefined {
  const known = errors.find(([text]) => text.test(words))
  return known?.[2](known[1], peerWords(words, sent))
}
