import { trimWhiteSpace } from '../base/language/blanks.js'
import { invisible, isWrappedInQuotes } from './layers/wrappings.js'
import type { ReasonCode } from './reasons.js'

export const surroundings = ['nothing', 'blanks', 'newlines'] as const
export type Surroundings = (typeof surroundings)[number]

/**
 * Characters of a raw value that two services will read differently: one trims, unquotes or stops at a line end, the
 * next
 * takes the value as it is, and then every token is refused. Only the value as it stands is judged so; what is inside
 * is
 * judged by the layers. Blanks around it are no reason to refuse it ({@link surroundedBy} tells them).
 */
export function hygieneReasons(secret: string): ReasonCode[] {
  const reasons: ReasonCode[] = []
  const inside = trimWhiteSpace(secret)
  if (surroundedBy(secret) === 'newlines') reasons.push('surrounding-newlines')
  if (lineEnd.test(inside)) reasons.push('embedded-newline')
  if (isWrappedInQuotes(inside)) reasons.push('wrapping-quotes')
  if (secret.search(invisible) >= 0 || hasControlCharacters(inside)) reasons.push('invisible-characters')
  if (secret.includes('\ufffd') || /\p{Surrogate}/u.test(secret)) reasons.push('undecodable-characters')
  return reasons
}

const lineEnd = /[\n\r\u0085\u2028\u2029]/u

/**
 * What stands before or after a secret and is taken off by a service that trims: nothing, blanks alone, or line ends
 * too.
 */
export function surroundedBy(secret: string): Surroundings {
  const inside = trimWhiteSpace(secret)
  if (inside === secret) return 'nothing'
  const start = secret.indexOf(inside)
  return lineEnd.test(secret.slice(0, start) + secret.slice(start + inside.length)) ? 'newlines' : 'blanks'
}

/** Line ends have a reason of their own. */
function hasControlCharacters(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((code < 32 && code !== 10 && code !== 13) || (code >= 127 && code < 160 && code !== 133)) return true
  }
  return false
}
