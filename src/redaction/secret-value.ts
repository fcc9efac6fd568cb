import { inspect } from 'node:util'
import { MARKER as redactedMarker } from './marker.js'

export { redactedMarker }

/**
 * A value that must not be printed. It holds the text in a private field, so that neither string conversion, JSON,
 * `util.inspect`, an error's own properties nor a spread can show it; only `reveal()` gives it.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself. Call it where a driver needs it, and nowhere a text is put together. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return redactedMarker
  }

  toJSON(): string {
    return redactedMarker
  }

  [inspect.custom](): string {
    return redactedMarker
  }
}

/** The words a name ends in when its value is a credential. Matched without regard to case. */
export const CREDENTIAL_WORD =
  'pass(?:word|wd|phrase|code)|pwd|secret|token|credentials?|(?<![a-z0-9])pass|(?<![a-z0-9])pw|(?<![a-z0-9])_auth|rediscli_auth|' +
  '(?<=(?:api|access|account|app|auth|client|consumer|encryption|hmac|jwt|license|master|private|secret|service|' +
  'session|shared|signing|ssh|storage|subscription|webhook)[-_.]?)key|accesssignature'

const SAYS_SECRET =
  /secret|password|passwd|passphrase|passcode|pwd|token|key|credential|(?:^|[^a-z])(?:pass|pin)(?:$|[^a-z])/i

const ENDS_IN_CREDENTIAL = new RegExp(`(?:${CREDENTIAL_WORD})$`, 'i')

/** Whether a variable's name says that its value is a secret, so that even 4 to 7 characters are masked everywhere. */
export function saysSecret(name: string): boolean {
  return SAYS_SECRET.test(name)
}

/**
 * Whether a key names a credential itself (`db_password`, `authToken`), not something about one (`token_type`,
 * `passwordFile`, `JsonWebTokenError`): its last word decides.
 */
export function isCredentialKey(key: string): boolean {
  return ENDS_IN_CREDENTIAL.test(key.slice(-64))
}

/** The same for the key of an input, which may be the name of a header. */
export function namesCredential(key: string): boolean {
  return isCredentialKey(key) || /^(?:proxy-)?authorization$|^cookie$/i.test(key)
}
