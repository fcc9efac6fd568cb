import type { StatedWaiver } from './statement.js'

/** What an input must have been, as it is given on the command line. */
export interface ExpectedInput {
  /** `name`, or `system.name` where only that one is meant. */
  readonly name: string
  readonly value: string | readonly string[]
  /** What a message may show of it. */
  readonly shown: string
  /** Its fingerprint under the key that was given; `undefined` without one. */
  hmac?(system: string, name: string): string
}

/** The variables that are about to be deployed, by fingerprints of the same key that the run had. */
export interface ExpectedEnvironment {
  /** `undefined`: no key was given. */
  readonly keyId: string | undefined
  /** `undefined`: it is demanded that it is compared, and nothing was given to compare it with. */
  readonly hmac: string | undefined
  readonly variables: ReadonlyMap<string, string>
  /** What may be shown of one of them; `undefined` where nothing may. */
  shown(name: string): string | undefined
}

export interface ExpectedSigners {
  /** Names, or fingerprints of keys (`SHA256:…`). */
  readonly signedBy: readonly string[]
  /** Fingerprints of each one's keys, from a file that the attestation has no say in; `undefined`: there is none. */
  readonly keysOf?: ReadonlyMap<string, ReadonlySet<string>> | undefined
}

/** What the deployer expects to have been judged. What is left out is not compared, and the answer says so. */
export interface Expectations {
  readonly deployment?: string | undefined
  /** Of the key with which fingerprints are compared. */
  readonly keyId?: string | undefined
  readonly environment?: ExpectedEnvironment | undefined
  readonly inputs?: readonly ExpectedInput[] | undefined
  /** No waiver at all, or only those of files that one of these signed, by name or by fingerprint of the key. */
  readonly waivers?: 'none' | ExpectedSigners | undefined
  /** `host:port`, as the deployment names it: all of them must have been connected to. */
  readonly addresses?: readonly string[] | undefined
}

export type Compared = 'deployment' | 'environment' | 'inputs' | 'waivers' | 'addresses'

/** What came of one expectation. */
export type Comparison =
  | { readonly what: Compared; readonly state: 'same' }
  | { readonly what: Compared; readonly state: 'different'; readonly message: string }
  /** @property isExpected whether somebody expected it, so that it counts that is unknown */
  | { readonly what: Compared; readonly state: 'not-compared'; readonly isExpected: boolean; readonly message: string }

export const same = (what: Compared): Comparison => ({ what, state: 'same' })
export const different = (what: Compared, message: string): Comparison => ({
  what,
  state: 'different',
  message: `${what}: ${message}`,
})
export const notCompared = (what: Compared, isExpected: boolean, why: string): Comparison => ({
  what,
  state: 'not-compared',
  isExpected,
  message: `${what}: not compared, ${why}`,
})

/** Said of every statement of a version that did not state what it judged. */
export const unstated = 'the attestation is from an older version and does not contain it'

/**
 * Whether the key that signed is one that is expected: by its fingerprint, or because a file that is trusted gives it
 * to one of the names.
 */
export function isSignedBy({ signer }: StatedWaiver, { signedBy, keysOf }: ExpectedSigners): boolean {
  return signer !== null && signedBy.some((name) => name === signer.key || keysOf?.get(name)?.has(signer.key) === true)
}

/** Whether only the attestation says that one of the names signed: nothing else says whose key it is. */
export function isSaidSignedBy({ signer }: StatedWaiver, { signedBy, keysOf }: ExpectedSigners): boolean {
  return (
    keysOf === undefined &&
    signer !== null &&
    signedBy.some((name) => name === signer.principal || signer.principal.split(', ').includes(name))
  )
}
