import { invisible, isWrappedInQuotes } from './layers/wrappings.js'
import type { ReasonCode } from './reasons.js'

/**
 * Characters of a raw value that two services will read differently: one trims, unquotes or stops at a line end, the next
 * takes the value as it is, and then every token is refused. Only the value as it stands is judged so; what is inside is
 * judged by the layers.
 */
export function hygieneReasons(secret: string): ReasonCode[] {
  const reasons: ReasonCode[] = []
  const inside = secret.trim()
  if (inside !== secret) reasons.push('surrounding-blanks')
  if (/[\n\r\u0085\u2028\u2029]/u.test(inside)) reasons.push('embedded-newline')
  if (isWrappedInQuotes(inside)) reasons.push('wrapping-quotes')
  if (secret.search(invisible) >= 0 || hasControlCharacters(secret)) reasons.push('invisible-characters')
  if (secret.includes('\ufffd') || /\p{Surrogate}/u.test(secret)) reasons.push('undecodable-characters')
  return reasons
}

/** Line ends have a reason of their own. */
function hasControlCharacters(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((code < 32 && code !== 10 && code !== 13) || (code >= 127 && code < 160 && code !== 133)) return true
  }
  return false
}
