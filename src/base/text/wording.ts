import { distance } from 'fastest-levenshtein'

/** A noun of a message behind its article: `a result`, `an undo`. By its first letter, as all nouns of messages go. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
}

/** How many of something: `1 pack`, `2 packs`. For nouns whose plural ends in an `s` alone. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

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

/** The paths that end with this name: `did you mean a/b/NAME or c/NAME?`; else as `suggestionHint`. */
export function pathSuggestionHint(name: string, paths: Iterable<string>): string | undefined {
  const all = [...paths]
  const ending = all.filter((path) => path.endsWith(`/${name}`))
  return ending.length === 0 ? suggestionHint(name, all) : `did you mean ${ending.join(' or ')}?`
}

/** `did you mean NAME?`, or `undefined` when nothing is near. */
export function suggestionHint(word: string, candidates: Iterable<string>): string | undefined {
  const nearest = suggest(word, candidates)
  return nearest === undefined ? undefined : `did you mean ${nearest}?`
}
