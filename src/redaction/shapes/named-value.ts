import { isCredentialKey } from '../secret-name.js'
import type { Found } from '../span.js'
import { matchesAt } from './anchors.js'
import { lineEndOf } from './key-place.js'
import { isPlainValue, isProseWord } from './plain-value.js'
import { quotedAt } from './quoted.js'
import { endOfWord } from './word-value.js'

/**
 * The value that begins at `at`: what is inside its quotes, else a word, or the rest of the line. `undefined` where it
 * is none.
 */
export function valueAt(text: string, at: number, extent: 'word' | 'line'): Found | undefined {
  const quoted = quotedAt(text, at)
  const start = quoted?.start ?? at
  const end =
    quoted?.end ?? (extent === 'line' ? at + text.slice(at, lineEndOf(text, at)).trimEnd().length : endOfWord(text, at))
  const value = text.slice(start, end)
  if (isPlainValue(value) || isProseWord(value)) return undefined
  return { start, end, until: extent === 'line' || quoted?.closed === false ? 'line' : 'token' }
}

/** The values that stand directly after some matches, in order; what begins in such a value is part of it. */
export function valuesBehind(text: string, matches: readonly RegExpExecArray[], extent: 'word' | 'line'): Found[] {
  const found: Found[] = []
  for (const match of matches) {
    if (match.index < (found.at(-1)?.end ?? 0)) continue
    const value = valueAt(text, match.index + match[0].length, extent)
    if (value !== undefined) found.push(value)
  }
  return found
}

/**
 * The values that stand directly after the matches of a pattern (flag `y`, group `name`) whose name names a credential.
 */
export function valuesAfter(
  text: string,
  pattern: RegExp,
  places: readonly number[],
  extent: 'word' | 'line',
): Found[] {
  return valuesBehind(
    text,
    matchesAt(text, pattern, places).filter((match) => isCredentialKey(match.groups?.['name'] ?? '')),
    extent,
  )
}
