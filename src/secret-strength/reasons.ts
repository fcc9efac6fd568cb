import type { LayerName } from './layers/encoding-layer.js'

/** Why a secret is refused, whatever its length. Codes are stable: waivers, dashboards and tests name them. */
export const reasonCodes = [
  'empty',
  'too-short',
  'surrounding-newlines',
  'embedded-newline',
  'wrapping-quotes',
  'invisible-characters',
  'undecodable-characters',
  'pem-key',
  'ssh-key',
  'der-key',
  'jwk',
  'json-object',
  'jwt',
  'password-hash',
  'url-or-dsn',
  'unresolved-reference',
  'missing-value',
  'file-path',
  'placeholder',
  'published-key',
  'digest-of-common-word',
  'known-to-operator',
  'equals-other-value',
  'in-repository',
  'uuid-not-random',
  'made-of-words',
  'repetition',
  'sequence',
  'keyboard-walk',
  'dates-or-numbers',
  'well-known-constant',
] as const

export type ReasonCode = (typeof reasonCodes)[number]

const generate = 'generate a new secret: openssl rand -base64 32'

/**
 * What operators are told of each code, as a clause behind `it`, and what to do where that is not simply a new secret.
 * Nothing of the value is in them.
 */
export const reasonTexts: Readonly<Record<ReasonCode, { readonly what: string; readonly fix?: string }>> = {
  empty: { what: 'is empty', fix: generate },
  'too-short': { what: 'has fewer bytes than the algorithm needs', fix: generate },
  'surrounding-newlines': {
    what: 'has line ends before or after it, which some services strip and others do not',
    fix: 'store the value without them in every place that reads it, or generate a new one',
  },
  'embedded-newline': {
    what: 'contains a line break, which some readers cut off or escape',
    fix: generate,
  },
  'wrapping-quotes': {
    what: 'has quotation marks around it, which are part of it for some readers and not for others',
    fix: 'store the value without the quotation marks in every place that reads it',
  },
  'invisible-characters': {
    what: 'contains invisible characters, such as zero-width spaces or control characters',
    fix: generate,
  },
  'undecodable-characters': {
    what: 'is not valid text, so the value read here is not the value that the service will use',
    fix: `encode the bytes, or ${generate}`,
  },
  'pem-key': {
    what: 'is a PEM key or certificate, whose public half lets anyone sign with HMAC',
    fix: generate,
  },
  'ssh-key': { what: 'is an SSH key', fix: generate },
  'der-key': { what: 'is a key or certificate in DER form', fix: generate },
  jwk: {
    what: 'is a JSON Web Key, not the key inside it',
    fix: 'use the decoded value of its "k" member, if it is symmetric',
  },
  'json-object': {
    what: 'is a JSON object, not the key inside it',
    fix: 'store the value of the member that holds the key',
  },
  jwt: { what: 'is itself a token', fix: generate },
  'password-hash': { what: 'is the stored hash of a password', fix: generate },
  'url-or-dsn': { what: 'is a URL or a connection string', fix: 'look for two variables that were swapped' },
  'unresolved-reference': {
    what: 'is an unresolved reference, or the text of a command that would make a secret',
    fix: 'let the deployment resolve the reference before the service starts',
  },
  'missing-value': {
    what: 'is what a program prints when it has no value',
    fix: 'find the step that writes the variable and let it fail on an absent value',
  },
  'file-path': {
    what: 'is the path of a file, not its content',
    fix: 'put the content of the file into the variable',
  },
  placeholder: { what: 'contains the wording of a placeholder or an example', fix: generate },
  'published-key': { what: 'is published in documentation, a standard or a tutorial', fix: generate },
  'digest-of-common-word': { what: 'is a digest of a common word', fix: generate },
  'known-to-operator': { what: 'is in the file of known secrets', fix: generate },
  'equals-other-value': {
    what: 'is also the value of another setting',
    fix: 'use one secret for one purpose: openssl rand -base64 32',
  },
  'in-repository': {
    what: 'is in a tracked file of the repository',
    fix: `remove it there, and ${generate}`,
  },
  'uuid-not-random': {
    what: 'is made of UUIDs of a version that is not random',
    fix: generate,
  },
  'made-of-words': { what: 'consists of too few words', fix: generate },
  repetition: { what: 'repeats itself or has too few different characters', fix: generate },
  sequence: { what: 'is made of sequences of letters, digits or bytes', fix: generate },
  'keyboard-walk': { what: 'is made of neighbouring keys of a keyboard', fix: generate },
  'dates-or-numbers': { what: 'is made of dates, times, addresses or telephone numbers', fix: generate },
  'well-known-constant': { what: 'is a well-known constant, alphabet or test vector', fix: generate },
}

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
  /** Composed of words, by a person or from a list: unknown which. */
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
