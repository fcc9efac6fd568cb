import { programOf, runProgram } from './automaton.js'
import { parsePattern } from './syntax.js'

/** The longest text a pattern is tried on, in UTF-16 units; with the bound on patterns it keeps a match under a second. */
export const longestMatchedText = 65_536

/** A compiled pattern. Like `matches` in CEL it looks for a match anywhere: `^` and `$` tie it down. */
export interface Pattern {
  /** @throws RangeError for a text over `longestMatchedText` */
  matches(text: string): boolean
}

/**
 * Compiles a pattern for matching in linear time. The host's RegExp would do the same for most, but a few dozen characters
 * can hold it up for seconds, and no time limit can interrupt that.
 *
 * @throws PatternError
 */
export function compilePattern(source: string): Pattern {
  const program = programOf(parsePattern(source))
  return {
    matches(text) {
      if (text.length > longestMatchedText) throw new RangeError('the text is too long for a pattern')
      return runProgram(program, text)
    },
  }
}
