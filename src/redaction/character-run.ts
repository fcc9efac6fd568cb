import type { TextSpan } from './span.js'

/** A set of ASCII characters, as a table by code. */
export type CharacterSet = Uint8Array

export function characterSet(characters: string): CharacterSet {
  const table = new Uint8Array(128)
  for (const character of characters) table[character.charCodeAt(0)] = 1
  return table
}

/**
 * The maximal runs of at least `shortest` characters of a set. Looks at the last character that such a run would have
 * and goes back from there, so that of ordinary text most is never looked at; a pattern would look at each word once
 * for each of its characters.
 */
export function runsOf(units: Uint16Array, set: CharacterSet, shortest: number): TextSpan[] {
  const runs: TextSpan[] = []
  let start = 0
  while (start + shortest <= units.length) {
    let at = start + shortest - 1
    while (at >= start && set[units[at]!] === 1) at--
    if (at >= start) {
      start = at + 1
      continue
    }
    let end = start + shortest
    while (end < units.length && set[units[end]!] === 1) end++
    runs.push({ start, end })
    start = end + 1
  }
  return runs
}
