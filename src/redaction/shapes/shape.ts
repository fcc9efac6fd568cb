import type { Reading } from '../text-units.js'
import type { Continuation, Found } from '../span.js'
import { matchesAt, type Places } from './anchors.js'

/** A credential that can be told by its looks, without knowing its value. */
export interface Shape {
  /**
   * Lower-case words of which one must stand in the text, in whatever case, before a look is worth it; absent: always
   * look.
   */
  readonly anchors?: readonly string[]
  find(reading: Reading, places: Places): Found[]
}

interface PatternOptions {
  readonly anchors: readonly string[]
  readonly until?: Continuation
}

function spanOf(match: RegExpExecArray, until: Continuation): Found | undefined {
  const [start, end] = match.indices?.groups?.['secret'] ?? [match.index, match.index + match[0].length]
  return end > start ? { start, end, until } : undefined
}

/**
 * A shape that one pattern describes. What it masks is the group named `secret`, or the whole match without one. The
 * pattern must carry the flags `g` and `d` and bound every quantifier.
 */
export function patternShape(pattern: RegExp, { anchors, until = 'token' }: PatternOptions): Shape {
  return {
    anchors,
    find: ({ text }) => [...text.matchAll(pattern)].flatMap((match) => spanOf(match as RegExpExecArray, until) ?? []),
  }
}

/**
 * The same for a pattern whose matches all begin with one of the anchors, which therefore is tried only there; flags
 * `y` and `d`.
 */
export function anchoredShape(pattern: RegExp, { anchors, until = 'token' }: PatternOptions): Shape {
  return {
    anchors,
    find: ({ text }, places) =>
      matchesAt(text, pattern, places(anchors)).flatMap((match) => spanOf(match, until) ?? []),
  }
}
