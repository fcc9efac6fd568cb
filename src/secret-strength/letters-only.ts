/** Shorter texts are too weak to need this. */
const shortest = 16

/**
 * Whether a text is nothing but letters, nearly all of one case, and what stands between words. No generator in use
 * draws from 26
 * letters only, and people who string words together do nothing else; but which words, in which language, a model may
 * not
 * know. A random key of one of the named generators looks like this less than once in 10¹².
 */
export function isLettersOnly(text: string): boolean {
  const bounded = text.slice(0, 512)
  if (bounded.length < shortest || !/^[\p{L}\p{M} _.,'!?-]+$/u.test(bounded)) return false
  const letters = bounded.match(/\p{L}/gu)?.length ?? 0
  const capitals = bounded.match(/\p{Lu}/gu)?.length ?? 0
  return letters >= bounded.length * 0.7 && Math.min(capitals, letters - capitals) * 5 <= letters
}
