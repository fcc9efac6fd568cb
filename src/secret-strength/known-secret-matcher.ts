import { canonical, canonicalForms } from './canonical.js'

export interface KnownSecretMatcher {
  /** Whether a line of a list is this secret. Costs one look-up, however long the list. */
  matches(line: string): boolean
}

/**
 * Compares a secret with the lines of an operator's file of known secrets, one secret per line. The readings of the
 * secret are
 * worked out once (its hexadecimal and base64 forms among them), so a line is only brought into canonical form. A line
 * of blanks
 * matches nothing.
 */
export function knownSecretMatcher(secret: string): KnownSecretMatcher {
  const forms = canonicalForms(secret)
  return {
    matches(line) {
      const text = line.replace(/^\ufeff/u, '').trim()
      return text !== '' && (text === secret.trim() || forms.has(canonical(text)))
    },
  }
}
