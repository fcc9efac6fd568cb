import type { Continuation, Found } from '../span.js'

/** A credential that can be told by its looks, without knowing its value. */
export interface Shape {
  /** Texts of which one must be present before the costly look is worth it; absent: always look. */
  readonly hints?: readonly string[]
  find(text: string): Found[]
}

/**
 * A shape that one pattern describes. What it masks is the group named `secret`, or the whole match without one. The
 * pattern must carry the flags `g` and `d` and bound every quantifier.
 */
export function patternShape(pattern: RegExp, hints?: readonly string[], until: Continuation = 'token'): Shape {
  return {
    ...(hints ? { hints } : {}),
    find(text) {
      const found: Found[] = []
      for (const match of text.matchAll(pattern)) {
        const [start, end] = match.indices?.groups?.['secret'] ?? [match.index, match.index + match[0].length]
        if (end > start) found.push({ start, end, until })
      }
      return found
    },
  }
}
