import type { LayerName } from './layers/encoding-layer.js'
import type { ReasonCode } from './reasons.js'

export const byteBuckets = ['<32', '32-47', '48-63', '>=64'] as const
export type ByteBucket = (typeof byteBuckets)[number]

export const bitBuckets = ['<40', '40-63', '64-111', '112-159', '>=160'] as const
export type BitBucket = (typeof bitBuckets)[number]

/** What is known of a deployment when one of its secrets is judged. */
export interface StrengthContext {
  /** Names of the system, its parts, hosts, users: what a secret made by hand would contain. */
  readonly siteWords: readonly string[]
  /** Values that this one must not equal, such as other secrets and the passwords of connection strings. */
  readonly otherValues: readonly { readonly name: string; readonly value: string }[]
  /** Bytes of the hash (RFC 7518 §3.2): 32 for HS256, 48 for HS384, 64 for HS512. */
  readonly minimumBytes: number
}

/** How strong a secret is, without anything of the secret. */
export interface Assessment {
  /** UTF-8 bytes of the value as the verifier takes it, in a bucket. */
  readonly bytes: ByteBucket
  /** Bits against a guesser, in a bucket. */
  readonly bits: BitBucket
  /** The figure behind `bits`. Never shown: together with a length it would narrow a weak secret down. */
  readonly estimatedBits: number
  /** In the order of {@link reasonCodes}; empty when there is no objection. */
  readonly reasons: readonly ReasonCode[]
  /** The reading in which the secret gave itself away, `raw` when it is the value itself or none did. */
  readonly layer: LayerName
  /** Composed of words, by a person or from a list: it cannot be told which. */
  readonly humanShaped: boolean
}

export function byteBucket(bytes: number): ByteBucket {
  if (bytes < 32) return '<32'
  if (bytes < 48) return '32-47'
  return bytes < 64 ? '48-63' : '>=64'
}

/**
 * The limits are those of the verdict: 112 (NIST's floor) and 160 (OWASP's). Fractions are not rounded up across one.
 */
export function bitBucket(bits: number): BitBucket {
  if (bits < 40) return '<40'
  if (bits < 64) return '40-63'
  if (bits < 112) return '64-111'
  return bits < 160 ? '112-159' : '>=160'
}
