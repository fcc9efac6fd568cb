import { distance } from 'fastest-levenshtein'

/**
 * The known name that a mistyped one most likely meant.
 *
 * @returns the nearest candidate within a third of the word's length (two letters at least), or `undefined`
 */
function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const steps = distance(word.toLowerCase(), candidate.toLowerCase())
    if (steps < bestDistance) {
      best = candidate
      bestDistance = steps
    }
  }
  return best
}

/** `did you mean NAME?`, or `undefined` when nothing is near. */
export function suggestionHint(word: string, candidates: Iterable<string>): string | undefined {
  const nearest = suggest(word, candidates)
  return nearest === undefined ? undefined : `did you mean ${nearest}?`
}
