import type { Span } from './span.js'

/** A set of ASCII characters, as a table by code. */
export type CharacterSet = Uint8Array

export function characterSet(characters: string): CharacterSet {
  const table = new Uint8Array(128)
  for (const character of characters) table[character.charCodeAt(0)] = 1
  return table
}

/**
 * The maximal runs of at least `shortest` characters of a set. By hand: a pattern would look at each word once for
 * each of its characters.
 */
export function runsOf(text: string, set: CharacterSet, shortest: number): Span[] {
  const runs: Span[] = []
  let start = 0
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && set[text.charCodeAt(at)] === 1) continue
    if (at - start >= shortest) runs.push({ start, end: at })
    start = at + 1
  }
  return runs
}
